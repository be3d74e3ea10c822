namespace Lab.Bench.Mutants;

/// <summary>Notify, and the queue of waiters that all primitives share.</summary>
internal static class NotifyMutants
{
    private const string File = "Sync/Notify.cs";

    internal static readonly Mutant[] List =
    [
        new("notify-waits-from-the-await",
            "Waiting starts at the await instead of the call.",
            File,
            "return announces ? node.StartAwaited() : node.StartAtCall();",
            "return node.Start();",
            "NotifySpec(Explored)"),
        new("notify-waits-from-every-call",
            "In the lab every wait begins in the step of its call: nothing comes in between a look and the wait after it.",
            File,
            "return announces ? node.StartAwaited() : node.StartAtCall();",
            "return node.StartAtCall();",
            "AwaitedCallTests"),
        new("announced-call-of-a-helper",
            "In the lab the wait of a helper begins when it is chosen, while who called the helper goes on.",
            "Scheduling/RuntimeTask.Announcing.cs",
            "(!_isCall || IsAwaitedByResumed)",
            "true",
            "AwaitedCallTests"),
        new("notify-stores-outside-the-gate",
            "NotifyOne leaves the gate before it stores the permit: a waiter registers in between and sleeps for ever.",
            File,
            """
            var wakes = default(WakeList);
            using (_gate.Enter())
            {
                AssertInvariants();
                GiveLocked(ref wakes);
            }
            """,
            """
            var wakes = default(WakeList);
            bool isEmpty;
            using (_gate.Enter())
            {
                isEmpty = _waiters.IsEmpty;
            }

            if (isEmpty)
            {
                _permit.Write(1);
                return;
            }

            using (_gate.Enter())
            {
                GiveLocked(ref wakes);
            }
            """,
            "Sync.GateBoundaries"),
        new("notify-permit-dies-with-its-waiter",
            "A chosen waiter is cancelled and the permit dies with it.",
            File,
            """
            Report(EventKind.NotifyPassedOn);
            GiveLocked(ref wakes);
            """,
            "Report(EventKind.NotifyPassedOn);",
            "NotifySpec(Explored)"),
        new("notify-permit-not-stored-when-passed-on",
            "After chosen + cancel with nobody waiting, the permit is lost.",
            File,
            """
            Report(EventKind.NotifyPassedOn);
            GiveLocked(ref wakes);
            """,
            """
            Report(EventKind.NotifyPassedOn);
            if (!_waiters.IsEmpty)
            {
                GiveLocked(ref wakes);
            }
            """,
            "NotifySpec(Explored)"),
        new("notify-ghost-permit",
            "A ghost permit wakes a later waiter although the broadcast covered it.",
            File,
            "if (node.Argument != ByOne)\n{\nreturn;\n}",
            "",
            "NotifySpec(Explored)"),
        new("notify-permit-not-consumed",
            "A stored permit completes more than one wait.",
            File,
            "_permit.Write(0);",
            "",
            "NotifySpec(Explored)"),
        new("notify-broadcast-is-remembered",
            "A broadcast that found nobody completes a later wait.",
            File,
            "Report(EventKind.NotifyAll, woken);",
            "Report(EventKind.NotifyAll, woken); if (woken == 0) { _permit.Write(1); }",
            "NotifySpec(Explored)"),
        new("notify-broadcast-eats-the-permit",
            "A broadcast takes the stored permit away.",
            File,
            "Report(EventKind.NotifyAll, woken);",
            "Report(EventKind.NotifyAll, woken); _permit.Write(0);",
            "NotifySpec(Explored)"),
        new("notify-broadcast-wakes-one",
            "A broadcast wakes the oldest waiter only.",
            File,
            "while (_waiters.Dequeue() is { } node)",
            "if (_waiters.Dequeue() is { } node)",
            "NotifySpec(Explored)"),
        new("notify-wakes-under-the-gate",
            "Wake under the gate: deadlock as soon as the woken code re-enters.",
            File,
            """
            AssertInvariants();
            GiveLocked(ref wakes);
            }
            """,
            """
            AssertInvariants();
            GiveLocked(ref wakes);
            wakes.WakeAll();
            }
            """,
            "NotifySpec(Explored)"),
        new("wait-queue-newest-first",
            "The youngest waiter overtakes the oldest.",
            "Scheduling/WaitQueue.cs",
            "var node = _head;",
            "var node = _tail;",
            "NotifySpec(Explored)"),
        new("wait-queue-forgets-the-tail",
            "Unlinking the only waiter forgets the tail.",
            "Scheduling/WaitQueue.cs",
            "_head = _tail = null;",
            "_head = null;",
            "NotifySpec(Explored)"),
        new("wait-queue-half-unlinked",
            "A waiter that leaves the middle of the queue takes those behind it along.",
            "Scheduling/WaitQueue.cs",
            "previous.Next = next;",
            "previous.Next = null;",
            "NotifySpec(Explored)"),
        new("wake-list-reversed",
            "Waiters that are woken together are woken in reverse order.",
            "Scheduling/WakeList.cs",
            """
            node.NextToWake = null;
            if (_last is null)
            {
                _first = node;
            }
            else
            {
                _last.NextToWake = node;
            }

            _last = node;
            """,
            """
            node.NextToWake = _first;
            _first = node;
            """,
            "NotifySpec(Explored)"),
    ];
}
