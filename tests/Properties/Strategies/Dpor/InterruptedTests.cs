using Lab.Classics;
using Lab.Execution;
using Lab.Strategies;
using Lab.Strategies.Dpor;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>A search that is stored and gone on with, and one that is divided, runs what the search in one piece runs.</summary>
[TestFixture]
internal sealed class InterruptedTests
{
    private const long Limit = 600;

    private static readonly LabOptions s_options = new() { Time = TimeModel.Free };

    [Test]
    public void A_search_that_is_stored_after_every_execution_runs_the_same_executions([Values] Palette palette)
    {
        var compared = 0;
        for (var number = 0UL; number < 8; number++)
        {
            var program = RandomProgram.Of(number, palette, 3, 3);
            if (Fingerprints(program, new OptimalDpor(), isStored: false) is not { } whole)
            {
                continue;
            }

            compared++;
            Assert.That(Fingerprints(program, new OptimalDpor(), isStored: true), Is.EqualTo(whole), $"{number}: {program}");
        }

        Assert.That(compared, Is.GreaterThan(3));
    }

    [Test]
    public void The_parts_together_run_each_fingerprint_once(
        [Values(Palette.Shared, Palette.Model, Palette.Core, Palette.Control, Palette.Time)] Palette palette, [Values(2, 3)] int parts)
    {
        var compared = 0;
        var divided = 0;
        for (var number = 0UL; number < 8; number++)
        {
            var program = RandomProgram.Of(number, palette, 3, 3);
            if (Fingerprints(program, new OptimalDpor(), isStored: false) is not { } whole)
            {
                continue;
            }

            compared++;
            var all = new List<UInt128>();
            for (var part = 0; part < parts; part++)
            {
                var search = new OptimalDpor();
                search.TryDivide(part, parts);
                var found = Fingerprints(program, search, isStored: part == 1)!;
                divided += part > 0 && found.Count > 0 ? 1 : 0;
                all.AddRange(found);
            }

            Assert.That(all, Is.EquivalentTo(whole), $"{number}: {program}");
        }

        Assert.That(compared, Is.GreaterThan(3));
        Assert.That(divided, Is.Positive, "not all is in one part");
    }

    [Test]
    public void What_is_no_state_of_a_search_is_refused([Values("", "nonsense", "AAAA")] string state) =>
        Assert.That(() => new OptimalDpor().Restore(state), Throws.TypeOf<FormatException>());

    /// <summary>Of the executions that count, in order; null where they are too many.</summary>
    private static List<UInt128>? Fingerprints(RandomProgram program, Strategy search, bool isStored)
    {
        var engine = new LabEngine(s_options);
        var fingerprints = new List<UInt128>();
        for (var i = 0L; !search.IsExhausted; i++)
        {
            if (i == 20 * Limit || fingerprints.Count == Limit)
            {
                return null;
            }

            var result = engine.Run(program.Run, search, default, i);
            if (!search.IsForeign)
            {
                fingerprints.Add(result.Fingerprint);
            }

            if (isStored)
            {
                var next = new OptimalDpor();
                next.Restore(search.Save()!);
                search = next;
            }
        }

        return fingerprints;
    }
}
