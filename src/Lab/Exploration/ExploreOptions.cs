using Lab.Core.Tasks;
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

    /// <summary>
    /// Who answers, as the command line spells it: <c>pct:3</c>. Default: <c>portfolio</c>, which divides the budget among several. The first execution of every
    /// run is non-pre-emptive, so what always fails fails with the simplest trace.
    /// </summary>
    public string Strategy { get; init; } = "portfolio";

    /// <summary>Executions at most. Default: 10,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long Executions { get; init => field = Whole.AtLeast(value, 1, nameof(Executions)); } = 10_000;

    /// <summary>Real time at most; running out of it is "out of budget", never a finding.</summary>
    /// <value><see cref="Timeout.InfiniteTimeSpan"/> is no limit, as null is. Default: null.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite.</exception>
    public TimeSpan? Time { get; init => field = value is { } time ? Duration.CheckedBudget(time, nameof(Time)) : null; }

    /// <summary>What <see cref="Time"/> and the time that a run took are measured by. Default: the system's.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The run's seed; execution i has its own, derived from it. Default: 0.</summary>
    public Seed Seed { get; init; }

    /// <summary>Index of the first execution: execution i alone is the same as execution i of a run. Default: 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long First { get; init => field = Whole.AtLeast(value, 0, nameof(First)); }

    /// <summary>
    /// Go on after a failure and collect the different ones. Default: false. Those of one kind are different where their messages differ in more than the
    /// numbers in an assertion's or exception's first line, or where those are thrown in another place of the program.
    /// </summary>
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
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int LinearisationSamples { get; init => field = (int)Whole.AtLeast(value, 0, nameof(LinearisationSamples)); } = 2;

    /// <summary>
    /// Threads that explore, each with a lab of its own. What a run shows does not depend on it. With more than one the program is called on several
    /// threads at once: statics that it shares between executions are then shared between threads. A search uses one. Default: 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Workers { get; init => field = (int)Whole.AtLeast(value, 1, nameof(Workers)); } = 1;

    /// <summary>Ends the run soon, as out of budget. Default: nobody does.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>The part of the run to do; the others are for other machines. Default: all of it.</summary>
    public Shard? Shard { get; init; }

    /// <summary>
    /// The file that the run is written to when it ends, however it ends: to go on from later (<see cref="Resume"/>), or, of a part of a run, to be joined
    /// with the others (<see cref="ShardMerge"/>). Default: null, none.
    /// </summary>
    public string? RunFile { get; init; }

    /// <summary>
    /// Go on from <see cref="RunFile"/> if it is there. The result is that of one run that was never interrupted; <see cref="Executions"/> are those of
    /// all together. Default: false.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>What may be spent on making each failure small; null: failures stay as they were found. Default: below a second each.</summary>
    public ShrinkOptions? Shrink { get; init; } = new();

    /// <summary>The lab's own options.</summary>
    public LabOptions Lab { get; init; } = new();

    /// <summary>Told now and then how far the run is; on one of the lab's threads, never on two at once.</summary>
    public Action<ExplorationProgress>? Progress { get; init; }
}

/// <summary>How far an exploration is.</summary>
public readonly record struct ExplorationProgress(long Executions, long Distinct, long Steps, int Failures, TimeSpan Elapsed);
