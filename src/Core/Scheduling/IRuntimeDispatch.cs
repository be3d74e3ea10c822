namespace Lab.Core.Scheduling;

/// <summary>The dispatch of a host that runs for real: <see cref="NativeDispatch"/> with threads, <see cref="CooperativeDispatch"/> without.</summary>
internal interface IRuntimeDispatch : IDispatch, IDecisions
{
    /// <summary>From now on tasks may be made ready. Once.</summary>
    void Start(Scheduler scheduler);

    /// <summary>
    /// No step begins any more; what is queued stays there. True: none is under way. False: one took longer than <paramref name="patience"/> (5 s of real
    /// time unless given). Called inside a step: true, and that step is the last.
    /// </summary>
    bool Stop(TimeSpan? patience = null);

    /// <summary>
    /// After <see cref="Stop"/>, when the tasks that are known are abandoned: a step that is still under way may spawn others, which nobody will run.
    /// Whoever ran it gives what is queued to <paramref name="abandon"/> when it has ended. Once.
    /// </summary>
    /// <remarks>
    /// A task enters the tree under a gate, and the walk that comes after this call enters every gate below those that are known. So either the walk finds
    /// the task, or the step entered that gate after it, and sees when it ends what was written here before.
    /// </remarks>
    void AbandonQueued(Action<RuntimeTask> abandon);

    void IDispatch.GoOnOutside(RuntimeTask ended, Action<RuntimeTask> goOn) =>
#pragma warning disable RS0030 // There is no task any more: like any BCL await without a context it resumes on the pool.
        ThreadPool.UnsafeQueueUserWorkItem(goOn, ended, preferLocal: false);
#pragma warning restore RS0030

    /// <summary>A record that was returned; null if there is none for this thread, and for threads that run no steps.</summary>
    RuntimeTask? RentSpare();

    /// <summary>A record waits for its next task. On threads that run no steps it is garbage.</summary>
    void ReturnSpare(RuntimeTask task);
}
