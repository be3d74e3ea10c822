namespace Lab.Bench.Mutants;

/// <summary>Semaphore and mutex.</summary>
internal static class LockMutants
{
    private const string Semaphore = "Sync/AsyncSemaphore.cs";
    private const string Mutex = "Sync/AsyncMutex.cs";

    internal static readonly Mutant[] List =
    [
        new("semaphore-barging",
            "A small request barges past an older and larger one.",
            Semaphore,
            "if (!_waiters.IsEmpty || count > _available)",
            "if (count > _available)",
            "SemaphoreSpec(Explored)"),
        new("semaphore-permit-dies-with-its-waiter",
            "What a chosen and cancelled waiter had been given is lost.",
            Semaphore,
            "GiveLocked((int)Math.Min(node.Argument, MaxCount - _available), ref wakes);",
            "",
            "SemaphoreSpec(Explored)"),
        new("semaphore-gives-back-one",
            "A cancelled waiter gives one back, whatever it had been given.",
            Semaphore,
            "GiveLocked((int)Math.Min(node.Argument, MaxCount - _available), ref wakes);",
            "GiveLocked(1, ref wakes);",
            "SemaphoreSpec(Explored)"),
        new("semaphore-leaver-serves-nobody",
            "When the big head leaves the queue, the small ones behind it are not looked at.",
            Semaphore,
            """
            // It may have been the head that held back smaller ones.
            ServeLocked(ref wakes);
            """,
            "",
            "SemaphoreSpec(Explored)"),
        new("semaphore-leaver-keeps-its-place",
            "A cancelled waiter keeps its place in the queue.",
            Semaphore,
            """
            _waiters.Remove(node);
            wakes.Add(node);
            """,
            "wakes.Add(node);",
            "SemaphoreSpec(Explored)"),
        new("semaphore-release-serves-one",
            "Releasing several serves one waiter only.",
            Semaphore,
            "while (_waiters.Head is { } head && head.Argument <= _available)",
            "if (_waiters.Head is { } head && head.Argument <= _available)",
            "SemaphoreSpec(Explored)"),
        new("semaphore-serves-what-it-has-not",
            "A waiter is served with less than it asked for.",
            Semaphore,
            "while (_waiters.Head is { } head && head.Argument <= _available)",
            "while (_waiters.Head is { } head && _available > 0)",
            "SemaphoreSpec(Explored)"),
        new("semaphore-exceeds-its-maximum",
            "A release makes more than the maximum available.",
            Semaphore,
            "if (count > MaxCount - _available)",
            "if (count > MaxCount)",
            "SemaphoreSpec(Explored)"),
        new("semaphore-gives-back-beyond-its-maximum",
            "What a cancelled waiter gives back makes more than the maximum available.",
            Semaphore,
            "GiveLocked((int)Math.Min(node.Argument, MaxCount - _available), ref wakes);",
            "GiveLocked((int)node.Argument, ref wakes);",
            "Sync.SemaphoreTests"),
        new("semaphore-wakes-under-the-gate",
            "Wake under the gate.",
            Semaphore,
            "GiveLocked(count, ref wakes);\n}",
            "GiveLocked(count, ref wakes);\nwakes.WakeAll();\n}",
            "SemaphoreSpec(Explored)"),
        new("mutex-dies-with-its-new-owner",
            "A waiter that was handed the mutex and is cancelled keeps it for ever.",
            Mutex,
            """
            // A chosen wait that has not resumed is the owner, and nobody else can have unlocked for it.
            PassOnLocked(ref wakes);
            """,
            "",
            "MutexSpec(Explored)"),
        new("mutex-unlocked-by-a-stale-hold",
            "A hold that was unlocked before unlocks for the present owner.",
            Mutex,
            "if (ticket == 0 || _owner != ticket)",
            "if (ticket == 0 || _owner == 0)",
            "MutexSpec(Explored)"),
        new("mutex-leaver-keeps-its-place",
            "A cancelled waiter keeps its place in the queue and is handed the mutex.",
            Mutex,
            """
            _waiters.Remove(node);
            wakes.Add(node);
            """,
            "wakes.Add(node);",
            "MutexSpec(Explored)"),
        new("mutex-unlocked-with-waiters",
            "Unlocking frees the mutex and wakes the next without giving it to him: somebody barges in.",
            Mutex,
            """
            next.Argument = LockLocked(next.Task);
            next.Choose();
            """,
            """
            next.Argument = ++_lastTicket;
            next.Choose();
            """,
            "MutexSpec(Explored)"),
        new("mutex-node-returned-twice",
            "A pooled node is recycled twice: two waits share it.",
            Mutex,
            """
            var mutex = (AsyncMutex)Owner!;
            Forget();
            mutex.Return(this);
            """,
            """
            var mutex = (AsyncMutex)Owner!;
            Forget();
            mutex.Return(this);
            mutex.Return(this);
            """,
            "MutexSpec(Explored)"),
    ];
}
