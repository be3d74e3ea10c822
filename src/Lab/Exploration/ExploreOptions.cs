using Lab.Execution;
using Lab.Seeds;

namespace Lab.Exploration;

/// <summary>Options of one exploration.</summary>
public sealed record ExploreOptions
{
    /// <summary>Name for reports and trace files. Default: "program".</summary>
    public string Scenario { get; init; } = "program";

    /// <summary>Simple name of the assembly that holds the scenario; <c>lab replay</c> loads it. Default: empty.</summary>
    public string AssemblyName { get; init; } = "";

    /// <summary>Default: <c>random</c>. The first execution of every run is non-pre-emptive, so what always fails fails with the simplest trace.</summary>
    public string Strategy { get; init; } = "random";

    /// <summary>Executions at most. Default: 10,000.</summary>
    public long Executions { get; init; } = 10_000;

    /// <summary>Real time at most; running out of it is "out of budget", never a finding. Default: none.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The run's seed; execution i has its own, derived from it. Default: 0.</summary>
    public Seed Seed { get; init; }

    /// <summary>Index of the first execution: execution i alone is the same as execution i of a run. Default: 0.</summary>
    public long First { get; init; }

    /// <summary>Go on after a failure and collect the different ones. Default: false.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>
    /// Live oracles that must have had something to judge, by name (<c>channel-fifo</c>); a run in which one had not ends with <c>not-exercised</c>.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<string> Require { get; init; } = [];

    /// <summary>
    /// How many times a passing execution of the sample (every power of two, up to 10,000 steps) is run again with two independent neighbouring steps
    /// exchanged, to find what is shared and not declared. 0: never. Default: 2. Explored dispatch only.
    /// </summary>
    public int LinearisationSamples { get; init; } = 2;

    /// <summary>The lab's own options.</summary>
    public LabOptions Lab { get; init; } = new();

    /// <summary>Told now and then how far the run is; on the lab's thread.</summary>
    public Action<ExplorationProgress>? Progress { get; init; }
}

/// <summary>How far an exploration is.</summary>
public readonly record struct ExplorationProgress(long Executions, long Distinct, long Steps, int Failures, TimeSpan Elapsed);
