using Lab.Core.Tasks;

namespace Lab.Execution;

/// <summary>Who may run next.</summary>
public enum DispatchKind
{
    /// <summary>Any enabled task: a superset of what any scheduler may do. For finding bugs in programs.</summary>
    Explored,

    /// <summary>Virtual workers with the native queues and lanes; the strategy says which steps and whom it steals from. Tests the scheduler.</summary>
    WorkStealing,
}

/// <summary>When virtual time may move.</summary>
public enum TimeModel
{
    /// <summary>Also while tasks are ready, as long as none has then been held back for more than <see cref="LabOptions.Lag"/>.</summary>
    Lag,

    /// <summary>Only when nothing is ready.</summary>
    WhenIdle,

    /// <summary>Any time. Opt-in: it shows races that no machine would.</summary>
    Free,
}

/// <summary>How tasks start.</summary>
public enum StartMode
{
    /// <summary>Starting is a step like any other: it is chosen.</summary>
    Chosen,

    /// <summary>Every spawned task runs to its first announcement before the next decision (mode A of the classic benchmarks).</summary>
    Eager,
}

/// <summary>Options of one execution.</summary>
public sealed record LabOptions
{
    internal const int MaxWorkers = 1024;

    /// <summary>Default: <see cref="DispatchKind.Explored"/>.</summary>
    public DispatchKind Dispatch { get; init; }

    /// <summary>Virtual workers of <see cref="DispatchKind.WorkStealing"/>. Default: 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1, or above 1,024.</exception>
    public int Workers { get; init => field = Whole.Between(value, 1, MaxWorkers, nameof(Workers)); } = 2;

    /// <summary>Default: <see cref="TimeModel.Lag"/>.</summary>
    public TimeModel Time { get; init; }

    /// <summary>How long a ready task may be held back while the clock moves.</summary>
    /// <value>Of virtual time; <see cref="Timeout.InfiniteTimeSpan"/> is <see cref="TimeModel.Free"/>. Default: 10 ms.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite.</exception>
    public TimeSpan Lag { get; init => field = Duration.CheckedBudget(value, nameof(Lag)); } = TimeSpan.FromMilliseconds(10);

    /// <summary>Default: <see cref="StartMode.Chosen"/>.</summary>
    public StartMode Start { get; init; }

    /// <summary>Steps after which an execution is stopped with <c>step-limit</c>. Default: 100,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long StepLimit { get; init => field = Whole.AtLeast(value, 1, nameof(StepLimit)); } = 100_000;

    /// <summary>Bytes of events that a trace may hold; the rest is counted, not kept. Default: 32 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int TraceLimit { get; init => field = (int)Whole.AtLeast(value, 0, nameof(TraceLimit)); } = 32 * 1024 * 1024;

    /// <summary>After how long a step that does not return, or a wait that blocks the thread, is a verdict.</summary>
    /// <value>In real time; <see cref="Timeout.InfiniteTimeSpan"/>: never. Default: 3 seconds.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite.</exception>
    public TimeSpan Watchdog { get; init => field = Duration.CheckedBudget(value, nameof(Watchdog)); } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a wait for something outside of the lab is given before it is called a deadlock. A deadlock among the core's own objects is given it once,
    /// when it is looked at again: a thread outside may be about to use one of them.
    /// </summary>
    /// <value>In real time; <see cref="Timeout.InfiniteTimeSpan"/>: until it comes. Default: 250 ms.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite.</exception>
    public TimeSpan ForeignWait { get; init => field = Duration.CheckedBudget(value, nameof(ForeignWait)); } = TimeSpan.FromMilliseconds(250);

    /// <summary>After a failure, let the live tasks end (cancelled, under the step limit) instead of abandoning them. Default: false.</summary>
    public bool Unwind { get; init; }

    /// <summary>
    /// A task that faults ends the execution, as a failed assertion ends a process; the other tasks are abandoned where they are. Default: false: what the
    /// fault does to the others (cancellation of its scope, clean-up) is part of the execution.
    /// </summary>
    public bool EndAtFault { get; init; }

    /// <summary>
    /// The folder that gets the trace of a failure; made if need be. Default: null, which for <c>LabRuntime.Run</c> is the folder in the environment
    /// variable LAB_TRACES, and none otherwise.
    /// </summary>
    public string? TraceDirectory { get; init; }

    /// <summary>The form in trace files, and what <see cref="Parse"/> reads back.</summary>
    internal IEnumerable<KeyValuePair<string, string>> ToPairs()
    {
        yield return new("dispatch", Dispatch == DispatchKind.Explored ? "explored" : FormattableString.Invariant($"work-stealing:{Workers}"));
        yield return new("time", Time switch
        {
            TimeModel.Lag when Lag != Timeout.InfiniteTimeSpan => FormattableString.Invariant($"lag:{Lag.Ticks}"),
            TimeModel.WhenIdle => "when-idle",
            _ => "free",
        });
        yield return new("start", Start == StartMode.Chosen ? "chosen" : "eager");
        yield return new("step-limit", FormattableString.Invariant($"{StepLimit}"));
        if (EndAtFault)
        {
            yield return new("fault", "end");
        }
    }

    /// <summary>Options as a trace file has them; unknown keys are an error, since they may change what the decisions mean.</summary>
    /// <exception cref="FormatException">A key or value that this version does not know.</exception>
    internal static LabOptions Parse(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var options = new LabOptions();
        foreach (var (key, value) in pairs)
        {
            options = (key, value.Split(':')) switch
            {
                ("dispatch", ["explored"]) => options with { Dispatch = DispatchKind.Explored },
                ("dispatch", ["work-stealing", var n]) when int.TryParse(n, out var workers) && workers is > 0 and <= MaxWorkers =>
                    options with { Dispatch = DispatchKind.WorkStealing, Workers = workers },
                ("time", ["lag", var t]) when long.TryParse(t, out var ticks) && ticks >= 0 => options with { Time = TimeModel.Lag, Lag = new TimeSpan(ticks) },
                ("time", ["when-idle"]) => options with { Time = TimeModel.WhenIdle },
                ("time", ["free"]) => options with { Time = TimeModel.Free },
                ("start", ["chosen"]) => options with { Start = StartMode.Chosen },
                ("start", ["eager"]) => options with { Start = StartMode.Eager },
                ("step-limit", [var s]) when long.TryParse(s, out var limit) && limit > 0 => options with { StepLimit = limit },
                ("fault", ["end"]) => options with { EndAtFault = true },
                _ => throw new FormatException($"the option {key}={value} is not known to this version; record the trace again with `lab explore`"),
            };
        }

        return options;
    }
}
