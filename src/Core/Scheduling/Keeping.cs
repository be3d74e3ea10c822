using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

/// <summary>
/// What a worker and everybody else tell each other about a task that the worker keeps; see <see cref="RuntimeTask"/>, the part on kept tasks. One worker's
/// for one record: what the worker writes late, when another one keeps the task by then, goes into an object that nobody reads any more.
/// </summary>
internal sealed class Keeping(Worker worker)
{
    /// <summary>Steps out of the slot before a worker keeps a task: that others want it then costs a fence, a nanosecond for each of them.</summary>
    internal const int FirstPatience = 1024;

    /// <summary>As many at most, where others want the task again and again: what a fence in every thread costs is nothing beside so many exchanges.</summary>
    internal const int LongestPatience = 1 << 16;

    /// <summary>The task waits for something.</summary>
    internal const int Resting = 0;

    /// <summary>It is in the worker's slot.</summary>
    internal const int Ready = 1;

    /// <summary>The worker is in a step of it.</summary>
    internal const int Running = 2;

    /// <summary>The worker goes from one to another of the above, or gives it up, in a few instructions.</summary>
    internal const int Moving = 3;

    /// <summary>Where the task is. Only the worker writes it; it means something while the word says Kept.</summary>
    internal AtomicInt32 Place;

    /// <summary>1: somebody else wants the task. Others only set it, and the worker clears it while it does not keep the task.</summary>
    internal AtomicInt32 Wanted;

    internal Worker Worker { get; } = worker;

    /// <summary>The step (<see cref="StepRecord.Polls"/>) after which the worker, which runs it, keeps the task; 0: none. Its worker's alone.</summary>
    internal long After;

    /// <summary>Steps out of the slot before the next time. Its worker's alone.</summary>
    internal int Patience = FirstPatience;
}
