using Lab.Core.Tasks;
using Lab.Execution;

namespace Lab.Exploration;

/// <summary>Where explorations meet the shrinker, whose folder comes after this one: it installs itself here when the assembly is loaded.</summary>
internal static class FailureShrinking
{
    /// <summary>Makes a failure with a trace small, on the engine's thread. Returns the failure itself where that is out of place.</summary>
    internal static Func<LabEngine, Func<Cx, Task>, LabResult, ExploreOptions, Task<LabResult>> Shrinker { get; set; } =
        static (_, _, failure, _) => Task.FromResult(failure);

    /// <summary>The failures of a run, each made small and saved again.</summary>
    /// <param name="slices">Null: each in a lab and on a thread of its own.</param>
    internal static async Task<IReadOnlyList<LabResult>> AllAsync(
        Func<Cx, Task> program, IReadOnlyList<LabResult> failures, ExploreOptions options, Slices? slices)
    {
        if (options.Shrink is null || options.Stop.IsCancellationRequested)
        {
            return failures;
        }

        var all = new List<LabResult>();
        foreach (var found in failures)
        {
            var shrunk = found.Trace is null ? found
                : slices is null ? One(program, found, options)
                : await Shrinker(new LabEngine(options.Lab, slices), program, found, options);
            all.Add(ReferenceEquals(shrunk.Trace, found.Trace) ? shrunk : TraceFolder.Save(shrunk, options.Lab.TraceDirectory));
        }

        return all;
    }

    /// <summary>In a lab and on a thread of its own: one of the schedules that are tried may never come back.</summary>
    internal static LabResult One(Func<Cx, Task> program, LabResult found, ExploreOptions options)
    {
        var engine = new LabEngine(options.Lab);
        var (result, _) = LabThread<LabResult>.Run(engine, () => Shrinker(engine, program, found, options).GetAwaiter().GetResult());
        return result ?? found with { Shrinking = new ShrinkingFacts { NotShrunk = "one of the schedules that were tried blocked the lab's thread" } };
    }
}
