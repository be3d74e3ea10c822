namespace Lab.Core.Scheduling;

/// <summary>Why a task became ready; decides the lane position.</summary>
internal enum ReadyReason : byte
{
    /// <summary>Woken by a step or from outside: may take the LIFO slot.</summary>
    Woken,

    /// <summary>Has more to do after its own step (it yielded, or more continuations wait): goes to the end.</summary>
    Requeued,

    /// <summary>Was just spawned.</summary>
    Spawned,

    /// <summary>Was asked to cancel while queued: its old entry is dead.</summary>
    Promoted,
}

/// <summary>Where ready tasks go: the run queues of native or virtual workers, or the lab's set of enabled tasks.</summary>
internal interface IDispatch
{
    /// <summary>True in the lab's explored dispatch: awaited core operations are announced and take effect when chosen (design D3).</summary>
    bool Announces { get; }

    /// <summary>
    /// The call that the running step makes at this place, of an operation that begins at its call, is awaited there and then. So others may come in before
    /// it, and it is announced. Only when <see cref="Announces"/>.
    /// </summary>
    bool AwaitsCall(string file, int line) => false;

    /// <summary>The task is Queued and needs an entry. Called on any thread.</summary>
    void Enqueue(RuntimeTask task, ReadyReason reason);

    /// <summary>The calling thread is the worker's. Only natively, where workers keep tasks.</summary>
    bool IsHere(Worker worker) => false;

    /// <summary>The worker whose thread this is has made a task ready that it keeps, and takes it next.</summary>
    void EnqueueKept(Worker worker, RuntimeTask task) => Enqueue(task, ReadyReason.Woken);

    /// <summary>
    /// The running step of <paramref name="joiner"/> is about to wait for a task that is in the ready lane, under an entry with this sequence, and has not
    /// begun. It becomes the worker's next step. That may be run here and now, in the middle of the joiner's: the order is the same, and a task that ends in
    /// its first step costs the joiner no suspension. Only where tasks have threads; virtual workers always suspend, and where the lab chooses
    /// among all tasks a join prefers none. (An interrupted joiner hears of a request to cancel it later than a suspended one would: when it goes on.)
    /// </summary>
    JoinedStep RunJoined(RuntimeTask joiner, RuntimeTask joined, int sequence) => JoinedStep.NotRun;

    /// <summary>The step of a task ended and its announced operation is awaited: it may be chosen from now on. Only when <see cref="Announces"/>.</summary>
    void EnqueueAnnounced(RuntimeTask task);

    /// <summary>The nearest due time changed to an earlier one; an idle host must look again.</summary>
    void TimersChanged();

    /// <summary>A continuation was posted by a thread that runs no step. The lab notes an escape.</summary>
    void ForeignPost(RuntimeTask task);

    /// <summary>
    /// The task has ended, and the BCL resumed something that it had left: <paramref name="goOn"/> runs that, outside of the runtime. The lab cannot follow
    /// there: it leaves what came where it is, and looks at the end of the execution whether anything is.
    /// </summary>
    void GoOnOutside(RuntimeTask ended, Action<RuntimeTask> goOn)
    {
    }

    /// <summary>A thread that runs no step calls an operation with the task's context. The lab notes an escape and throws: it has one thread.</summary>
    void ForeignCall(RuntimeTask task);

    /// <summary>A task's synchronization context was asked to block the thread.</summary>
    int BlockingWait(RuntimeTask task, IntPtr[] handles, bool waitAll, int millisecondsTimeout);
}
