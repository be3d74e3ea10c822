using System.Runtime.CompilerServices;
using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

// Kept tasks. Two tasks of one worker that wake each other need nobody's leave: after some steps out of its slot a worker keeps a task, and hands it over,
// claims it and ends its steps with plain stores. Natively only. The bargain: who else wants the task pays a fence in every thread, once in a period of
// keeping, and each time the worker waits longer before it keeps the task again.
//
// The word says Kept with the sequence of the period. Who writes what:
// - The worker writes Place, and then reads Wanted, without a fence between the two. 0: the task is its own, in that place. 1: somebody may be about to
//   take it, and the worker goes on by an exchange of the word, from Kept of this period; whoever exchanges it first has the task.
// - Others set Wanted, fence every thread, and read Place while the word is still the same. The fence falls before the worker's read of Wanted, which sees
//   it then, or after its write of Place, which is seen here. Only then, and only from Resting or Ready, do they exchange the word. From Running nothing
//   need be done by them: the worker ends the step by a write of Place that follows the fence, sees Wanted, and looks at everything (the inbox, whether the body is
//   done, the mark of a promotion) once more. They wait out Moving.
// - So while the worker has read Wanted as 0 after its last write of Place, nobody exchanges the word, unless it rests or is ready.
internal abstract partial class RuntimeTask
{
    /// <summary>Of the worker that keeps the task, or kept it last.</summary>
    internal Keeping? Keeping { get; private set; }

    /// <summary>Steps out of a slot until the task is kept.</summary>
    private int _slotStepsLeft = Keeping.FirstPatience;

    /// <summary>The worker has claimed the task out of its slot, by an exchange, for a step that it begins now.</summary>
    internal void CountSlotStep(Worker worker)
    {
        if (--_slotStepsLeft <= 0)
        {
            KeepSoon(worker);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void KeepSoon(Worker worker)
    {
        if (Keeping is not { } keeping || !ReferenceEquals(keeping.Worker, worker))
        {
            keeping = new Keeping(worker);
            Keeping = keeping;
        }

        if (keeping.Wanted.Read() == 0)
        {
            keeping.After = Polls + 1;
        }
        else
        {
            keeping.Wanted.Write(0);
            keeping.Patience = Math.Min(4 * keeping.Patience, Keeping.LongestPatience);
        }

        _slotStepsLeft = keeping.Patience;
    }

    /// <summary>Its worker takes it out of the slot, where it was put in the period with this sequence: true if it is there. Claims it for a step.</summary>
    internal bool TryBeginKept(Worker worker, int sequence)
    {
        if (Keeping is not { } keeping || !ReferenceEquals(keeping.Worker, worker))
        {
            // Others took it, and it has a new keeper.
            return false;
        }

        keeping.Place.Write(Keeping.Running);
        return keeping.Wanted.Read() == 0 || Wake.TryBeginKept(sequence);
    }

    /// <summary>Its worker needs the slot: Kept -> Queued, and the worker puts it into its queue. False: others took it.</summary>
    internal bool TryQueueKept(Worker worker, int sequence, out int queued)
    {
        queued = sequence;
        if (Keeping is not { } keeping || !ReferenceEquals(keeping.Worker, worker))
        {
            return false;
        }

        keeping.Place.Write(Keeping.Moving);
        if (keeping.Wanted.Read() == 0)
        {
            Wake.FinishNotified();
            return true;
        }

        queued = WakeState.SequenceAfter(sequence);
        return Wake.TryQueueKept(sequence);
    }

    /// <summary>Ends a step without continuations. False: the task is Queued again and the caller must enqueue it.</summary>
    internal bool TryFinish()
    {
        if (Wake.IsKept)
        {
            return TryRest();
        }

        if (Keeping is not { } keeping || keeping.After != Polls)
        {
            return Wake.TryFinish();
        }

        keeping.Place.Write(Keeping.Resting);
        if (Wake.TryKeep())
        {
            return true;
        }

        Wake.FinishNotified();
        return false;
    }

    private bool TryRest()
    {
        var (keeping, sequence) = (Keeping!, Wake.Sequence);
        keeping.Place.Write(Keeping.Resting);
        if (keeping.Wanted.Read() == 0 || !Wake.TryBeginKept(sequence))
        {
            // It rests; or others have it by now.
            return true;
        }

        // As if it had never been kept. Who saw it running had posted before, and before the exchange; or was the last that the body waited for.
        if (HasContinuations || IsBodyDone)
        {
            Wake.FinishNotified();
            return false;
        }

        return Wake.TryFinish();
    }

    /// <summary>Posts, if the calling thread is the worker's that keeps the task, and there is nothing in the way.</summary>
    private bool TryPostKept(InboxItem item)
    {
        if (Keeping is not { } keeping || !Scheduler.Dispatch.IsHere(keeping.Worker))
        {
            return false;
        }

        var sequence = Wake.Sequence;
        switch (keeping.Place.Read())
        {
            case Keeping.Running:
                // In a step of it, or in one that interrupts it; it looks into the inbox when it ends.
                Put(item);
                Scheduler.ReportWake(this);
                return true;
            case Keeping.Ready:
                return false;
        }

        keeping.Place.Write(Keeping.Moving);
        if (keeping.Wanted.Read() != 0)
        {
            if (!Wake.TryHandKept(sequence))
            {
                return false;
            }

            Hand(item);
            return true;
        }

        Put(item);
        Scheduler.ReportWake(this);
        if (IsPromoted || Deadline != long.MaxValue)
        {
            Wake.EndHanding();
            Scheduler.Dispatch.Enqueue(this, ReadyReason.Woken);
            return true;
        }

        // Wanted meanwhile or not: whoever is quicker has it.
        keeping.Place.Write(Keeping.Ready);
        Scheduler.Dispatch.EnqueueKept(keeping.Worker, this);
        return true;
    }

    /// <summary>A wake that found the task kept. True: it is Queued, and the caller must enqueue it.</summary>
    internal bool TryWakeKept()
    {
        while (Wake.IsKeptNow(out var sequence))
        {
            switch (LookAtKept(sequence))
            {
                case Keeping.Ready or Keeping.Running:
                    return false;
                case Keeping.Resting when Wake.TryQueueKept(sequence):
                    return true;
            }
        }

        return Wake.TryWake(out var isKept) || (isKept && TryWakeKept());
    }

    /// <summary>
    /// <see cref="WakeState.TryPromote(out bool)"/> of a task that was not queued, and is changing. Who ends a step or a handing stores Queued, without a
    /// fence, and then reads the mark: fences its thread for it. Either the store is seen now, or the mark is seen there.
    /// </summary>
    internal bool TryPromoteChanging()
    {
        while (Wake.IsKeptNow(out var sequence))
        {
            switch (LookAtKept(sequence))
            {
                case Keeping.Running:

                // Whoever wakes it then sees the mark. To make it idle here would take the end of its step, with what that must look at, from its worker.
                case Keeping.Resting:
                    return false;
                case Keeping.Ready when Wake.TryQueueKept(sequence):
                    return true;
            }
        }

        Fence.EveryThread();
        return Wake.TryPromote() || (Wake.IsKept && TryPromoteChanging());
    }

    /// <summary>Takes a kept task that another worker has in its slot, for a step of the caller.</summary>
    internal bool TryStealKept() =>
        Wake.IsKeptNow(out var sequence) && LookAtKept(sequence) == Keeping.Ready && Wake.TryBeginKept(sequence);

    /// <summary>From any thread: no step of the task begins any more. False: one may be running, and who runs it goes on to its end.</summary>
    internal bool TryRetire()
    {
        while (Wake.IsKeptNow(out var sequence))
        {
            switch (LookAtKept(sequence))
            {
                case Keeping.Running:
                    return false;
                case Keeping.Ready or Keeping.Resting when Wake.TryBeginKept(sequence):
                    return true;
            }
        }

        return Wake.TryRetire() || (Wake.IsKept && TryRetire());
    }

    /// <summary>Wants the kept task, and looks where it is; <see cref="Keeping.Moving"/> if it is not kept in this period any more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int LookAtKept(int sequence)
    {
        // Read after the word: if that still says the same below, it is this period's.
        var keeping = Keeping!;
        keeping.Wanted.Write(1);
        Fence.EveryThread();
        while (Wake.IsKeptAs(sequence))
        {
            var place = keeping.Place.Read();
            if (place != Keeping.Moving)
            {
                return place;
            }

            WorkerThread.SpinBriefly();
            WorkerThread.LetOthersRun();
        }

        return Keeping.Moving;
    }

    /// <summary>For reuse of the record. What was written for its last task stays: somebody may still look at it.</summary>
    private void ForgetKeeping()
    {
        if (Keeping is { } keeping)
        {
            keeping.After = 0;
        }
    }

    /// <summary>Only for who has the task to itself.</summary>
    private void Put(InboxItem item)
    {
        if (!_inbox.TryPut(item))
        {
            _inbox.Post(item);
        }
    }
}
