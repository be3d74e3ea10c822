using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Sharing;

/// <summary>
/// A mutex, semaphore or condition as the literature's model programs have it: in the lab's explored dispatch its operations queue no requests and are
/// enabled only when they can complete, so a program has exactly the interleavings that a paper counts. Use them to write such programs, and
/// <see cref="Core.Sync.AsyncMutex"/> and its kin in programs that are to run for real: there, asking is a step of its own.
/// </summary>
/// <remarks>
/// Natively, and on virtual workers, an operation begins at its call; one that cannot complete waits in line, first come, first served. So does, in
/// the explored dispatch, a request that its task does not await before it goes on to something else.
/// Every change costs O(tasks that wait for the object).
/// </remarks>
public abstract class ModelObject : TracedObject, IWaitable, IInspectable
{
    private WaitQueue _pending;
    private WaitQueue _line;
    private ModelRequest? _spares;

    internal ModelObject()
    {
    }

    /// <summary>Guards everything of the object; a condition has its mutex's.</summary>
    internal abstract Gate Gate { get; }

    TracedObject IWaitable.Target => this;

    int IInspectable.Waiters => Waiters;

    // Whoever is in line is handed what is given back: nobody waits for what is there.
    bool IInspectable.HasWaiterThatCouldProceed => false;

    private protected virtual int Waiters => _pending.Count + _line.Count;

    string IInspectable.Describe() => Describe();

    bool IWaitable.CanProceed(WaitNode node) => CanProceed((ModelRequest)node);

    bool IWaitable.Begin(WaitNode node)
    {
        var request = (ModelRequest)node;
        var wakes = default(WakeList);
        bool done;
        using (Gate.Enter())
        {
            UnpendLocked(request);
            done = BeginLocked(request, ref wakes);
        }

        wakes.WakeAll();
        Changed();
        return done;
    }

    void IWaitable.Withdraw(WaitNode node, int version)
    {
        var request = (ModelRequest)node;
        var withdrawn = false;
        using (Gate.Enter())
        {
            // One that was signalled ends normally; one that was given the object has it (it is settled).
            if (!request.IsSignaled && request.TryWithdraw(version))
            {
                LeaveLocked(request);
                withdrawn = true;
            }
        }

        if (withdrawn)
        {
            request.Publish();
        }
    }

    /// <summary>Its task is suspended on it: from now on changes of the object reconsider it.</summary>
    internal void Pend(ModelRequest request)
    {
        using (Gate.Enter())
        {
            PendLocked(request);
        }
    }

    /// <summary>It ends without having taken effect.</summary>
    internal void Leave(ModelRequest request)
    {
        using (Gate.Enter())
        {
            LeaveLocked(request);
        }
    }

    internal void Return(ModelRequest request)
    {
        using (Gate.Enter())
        {
            request.Next = _spares;
            _spares = request;
        }
    }

    private protected abstract string Describe();

    /// <summary>Whether the request would complete now.</summary>
    private protected abstract bool CanProceed(ModelRequest request);

    /// <summary>The request takes effect, or joins the line (false).</summary>
    private protected abstract bool BeginLocked(ModelRequest request, ref WakeList wakes);

    /// <summary>After each operation, without the gate: what became possible or impossible by it.</summary>
    private protected virtual void Changed() => Reconsider();

    internal void Reconsider()
    {
        // Reconsidering links and unlinks nothing: whoever is suspended here is pending already.
        for (var node = _pending.Head; node is not null; node = node.Next)
        {
            ((ModelRequest)node).Reconsider();
        }
    }

    /// <summary>Starts an operation of <paramref name="task"/>. What gives something back cannot be refused, so it is not cancellable.</summary>
    private protected ValueTask Start(RuntimeTask task, OperationKind operation, bool isCancellable, long argument = 0)
    {
        var request = Rent();
        request.Arm(task, this, operation, argument);
        request.IsCancellable &= isCancellable;
        return Start(task, request);
    }

    private protected static ValueTask Start(RuntimeTask task, ModelRequest request)
    {
        if (!task.Scheduler.Announces)
        {
            task.TakeInline();
        }

        return request.Start();
    }

    private protected ModelRequest Rent()
    {
        using (Gate.Enter())
        {
            if (_spares is not { } request)
            {
                return new ModelRequest(this);
            }

            _spares = (ModelRequest?)request.Next;
            request.Next = null;
            return request;
        }
    }

    private protected virtual void PendLocked(ModelRequest request)
    {
        if (request.Place == ModelPlace.Nowhere)
        {
            request.Place = ModelPlace.Pending;
            _pending.Enqueue(request);
        }
    }

    private protected void LineUpLocked(ModelRequest request)
    {
        request.Place = ModelPlace.Line;
        _line.Enqueue(request);
    }

    /// <summary>The first in line gets what was given back; null if nobody stands there.</summary>
    private protected ModelRequest? NextInLineLocked()
    {
        var next = (ModelRequest?)_line.Dequeue();
        next?.Place = ModelPlace.Nowhere;
        return next;
    }

    /// <summary>It ends without having taken effect: it stands in no queue any more.</summary>
    private protected virtual void LeaveLocked(ModelRequest request)
    {
        UnpendLocked(request);
        if (request.Place == ModelPlace.Line)
        {
            _line.Remove(request);
            request.Place = ModelPlace.Nowhere;
        }

        Report(EventKind.ModelCanceled);
    }

    private void UnpendLocked(ModelRequest request)
    {
        request.IsAnnounced = false;
        if (request.Place == ModelPlace.Pending)
        {
            _pending.Remove(request);
            request.Place = ModelPlace.Nowhere;
        }
    }

    private protected void Report(EventKind kind, long a = 0)
    {
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(kind, this, a);
        }
    }
}
