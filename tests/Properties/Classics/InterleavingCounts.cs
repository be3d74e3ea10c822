using Lab.Classics;
using Lab.Execution;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Classics;

/// <summary>Counts every interleaving of a program, and those that fail.</summary>
internal static class InterleavingCounts
{
    internal static (long All, long Failing) Of(Classic classic, Strategy search, Spawning spawning = Spawning.AllAtOnce)
    {
        var engine = new LabEngine(Classic.Options(spawning));
        var program = classic.Program(spawning);
        var (all, failing) = (0L, 0L);
        for (var i = 0L; !search.IsExhausted; i++)
        {
            var verdict = engine.Run(program, search, default, i).Verdict;
            if (search.IsForeign)
            {
                continue;
            }

            all++;
            if (!verdict.IsFailure)
            {
                continue;
            }

            failing++;
            Assert.That(verdict.Kind, Is.EqualTo(classic.Expected), $"{verdict}");
        }

        return (all, failing);
    }
}
