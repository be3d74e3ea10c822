using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Sharing;

/// <summary>
/// One operation on a model object. Announced in the lab's explored dispatch, where it is enabled only when it can complete; elsewhere it begins at
/// the call and parks when it cannot. Reused by later operations on the object that made it.
/// </summary>
internal sealed class ModelRequest(ModelObject home) : WaitNode
{
    /// <summary>Where it is linked; touched under the gate of the object it is linked in.</summary>
    internal ModelPlace Place;

    /// <summary>The end of a condition wait: the signal came, and what is left is to lock the mutex. From here on cancellation has no effect.</summary>
    internal bool IsSignaled;

    /// <summary>The end of a condition wait: its task is suspended on it (announced), so that a signal makes it a request for the mutex.</summary>
    internal bool IsAnnounced;

    /// <summary>The same, where operations are not announced: parked.</summary>
    internal bool IsParked;

    /// <summary>The begin of a condition wait: its end, which is what the signal comes to.</summary>
    internal ModelRequest? Successor;

    /// <summary>The object it is on now: that of a condition wait changes with the signal.</summary>
    internal ModelObject On => (ModelObject)Owner!;

    /// <summary>Whether it may have to wait; the others can always proceed.</summary>
    internal bool MayWait => Operation is OperationKind.Lock or OperationKind.Acquire or OperationKind.Wait && Successor is null;

    /// <summary>The end of a condition wait: its condition.</summary>
    internal ModelCondition? Condition => home as ModelCondition;

    /// <summary>
    /// Whether choosing it would complete it: it can take effect, or it would end with the cancellation. The flag itself is not read: who is canceled
    /// was told so, and the look is the task's own when it runs.
    /// </summary>
    internal bool IsEnabled => (IsCancellable && !IsSignaled && Task!.Node.ShownReason is not null) || Owner!.CanProceed(this);

    /// <summary>Its task is suspended on it alone; a change of the object may have enabled or disabled it.</summary>
    internal void Reconsider()
    {
        var task = Task!;
        if (!task.Wake.IsNotified)
        {
            task.Scheduler.Dispatch.EnqueueAnnounced(task);
        }
    }

    protected override bool IsCanceledAlready()
    {
        if (IsSignaled || !base.IsCanceledAlready())
        {
            return false;
        }

        On.Leave(this);
        return true;
    }

    protected override void Recycle()
    {
        Forget();
        Place = ModelPlace.Nowhere;
        Successor = null;
        IsSignaled = IsAnnounced = IsParked = false;
        home.Return(this);
    }
}
