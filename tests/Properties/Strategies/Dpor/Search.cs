using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Strategies;
using Lab.Strategies.Dpor;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>A program's executions under a search: how many, their fingerprints, and how they ended.</summary>
internal sealed class Search
{
    private Search(Func<Cx, Task> program, Strategy strategy, LabOptions options, long limit)
    {
        var engine = new LabEngine(options);
        while (!strategy.IsExhausted && Executions < limit)
        {
            var result = engine.Run(program, strategy, default, Executions++);
            Fingerprints.Add(result.Fingerprint);
            Endings.Add($"{result.Verdict.Name} {result.Verdict.FirstLine} {result.Outcome:x}");
            Failures += result.Verdict.IsFailure ? 1 : 0;
            Verdicts.Add(result.Verdict.Name);
        }

        IsComplete = strategy.IsExhausted;
    }

    internal long Executions { get; }

    internal long Failures { get; }

    internal bool IsComplete { get; }

    /// <summary>Executions that showed nothing new, and plans that could not be followed.</summary>
    internal long Waste { get; private set; }

    internal HashSet<UInt128> Fingerprints { get; } = [];

    /// <summary>Verdict, its text and what the tasks noted.</summary>
    internal HashSet<string> Endings { get; } = [];

    internal HashSet<string> Verdicts { get; } = [];

    internal static Search All(Func<Cx, Task> program, LabOptions options, long limit = 200_000) => new(program, new DepthFirst(), options, limit);

    internal static Search Dpor(Func<Cx, Task> program, LabOptions options, long limit = 200_000)
    {
        var strategy = new OptimalDpor();
        var search = new Search(program, strategy, options, limit);
        search.Waste = strategy.Redundant + strategy.Dropped;
        return search;
    }
}
