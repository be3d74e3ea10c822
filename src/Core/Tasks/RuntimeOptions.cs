namespace Lab.Core.Tasks;

/// <summary>Options of a <see cref="Runtime"/> and of a <see cref="CooperativeRuntime"/>.</summary>
public sealed record RuntimeOptions
{
    /// <summary>Worker threads; a <see cref="CooperativeRuntime"/> has none. Default: the number of processors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Workers
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Workers), value, "A runtime has at least one worker.");
    } = Environment.ProcessorCount;

    /// <summary>The only source of time. Default: the system's.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;

    /// <summary>How long shutdown waits for tasks to end after cancelling them.</summary>
    /// <value>
    /// On <see cref="TimeProvider"/>; zero to <see cref="Cx.MaxDelay"/>, or <see cref="Timeout.InfiniteTimeSpan"/>: until they have ended. Default: 5 seconds.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or too long.</exception>
    public TimeSpan GracePeriod { get; init => field = Duration.Checked(value, nameof(GracePeriod)); } = TimeSpan.FromSeconds(5);

    /// <summary>How long shutdown then waits for the workers to end their current step.</summary>
    /// <value>
    /// In real time whatever <see cref="TimeProvider"/> is; zero to <see cref="Cx.MaxDelay"/>, or <see cref="Timeout.InfiniteTimeSpan"/>: until they have
    /// ended. Default: 5 seconds.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative and not infinite, or too long.</exception>
    public TimeSpan StopPatience { get; init => field = Duration.Checked(value, nameof(StopPatience)); } = TimeSpan.FromSeconds(5);

    /// <summary>Seeds the workers' generators (victims, <c>cx.Random</c>). Default: 0, which draws one from the operating system.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Told of each fault that nobody can observe any more. Called on a worker (of what a task left behind when it ended: on the thread pool), never under a gate. Default: nothing; disposal throws the first. If the handler
    /// throws, everything goes on, and disposal throws what it threw first.
    /// </summary>
    public Action<Exception>? UnobservedFault { get; init; }
}
