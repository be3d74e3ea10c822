using Lab.Core.Tasks;
using Lab.Execution;

namespace Lab.Exploration;

/// <summary>Where explorations meet the shrinker, whose folder comes after this one: it installs itself here when the assembly is loaded.</summary>
internal static class FailureShrinking
{
    /// <summary>Makes a failure with a trace small, on the engine's thread. Returns the failure itself where that is out of place.</summary>
    internal static Func<LabEngine, Func<Cx, Task>, LabResult, ExploreOptions, LabResult> Shrinker { get; set; } = static (_, _, failure, _) => failure;

    /// <summary>The failures of a run, each made small and saved again.</summary>
    internal static IReadOnlyList<LabResult> All(Func<Cx, Task> program, IReadOnlyList<LabResult> failures, ExploreOptions options) =>
        options.Shrink is null || options.Stop.IsCancellationRequested
            ? failures
            : [.. failures.Select(found =>
            {
                var shrunk = found.Trace is null ? found : One(program, found, options);
                return ReferenceEquals(shrunk.Trace, found.Trace) ? shrunk : TraceFolder.Save(shrunk, options.Lab.TraceDirectory);
            })];

    /// <summary>In a lab and on a thread of its own: one of the schedules that are tried may never come back.</summary>
    internal static LabResult One(Func<Cx, Task> program, LabResult found, ExploreOptions options)
    {
        var engine = new LabEngine(options.Lab);
        var (result, _) = LabThread<LabResult>.Run(engine, () => Shrinker(engine, program, found, options));
        return result ?? found with { Shrinking = new ShrinkingFacts { NotShrunk = "one of the schedules that were tried blocked the lab's thread" } };
    }
}
