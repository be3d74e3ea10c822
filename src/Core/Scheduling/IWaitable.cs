using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

/// <summary>Something a task can wait for: a primitive, seen from its wait nodes.</summary>
internal interface IWaitable
{
    /// <summary>What the operation is on; null for operations without an object (yield).</summary>
    TracedObject? Target { get; }

    /// <summary>
    /// The operation takes effect. True: it is complete (<see cref="WaitNode.Settle"/> or <see cref="WaitNode.Fail"/> was called).
    /// False: it is queued (<see cref="WaitNode.Park"/> was called under the primitive's gate). Primitives that wait in nodes of several kinds leave it to
    /// those (<see cref="WaitNode.Begin"/>).
    /// </summary>
    bool Begin(WaitNode node) => throw new NotSupportedException("[lab bug] waits of this kind begin by themselves");

    /// <summary>
    /// The wait was asked to end. Under the gate, <see cref="WaitNode.TryWithdraw"/>: if the node was parked, unlink it and publish it after the
    /// gate. Otherwise do nothing; a wait that has been chosen is its task's, which sees by itself that it was asked to end.
    /// </summary>
    void Withdraw(WaitNode node, int version);

    /// <summary>
    /// A chosen wait ends with cancellation, in a step of its task: what it was given (permit, slot, ownership) goes to the next. The node's
    /// <see cref="WaitNode.Argument"/> is as it was when it was chosen.
    /// </summary>
    void GiveBack(WaitNode node)
    {
    }

    /// <summary>Lab's model objects are enabled only when they can complete. Core's own queue requests, so they can always proceed.</summary>
    bool CanProceed(WaitNode node) => true;
}
