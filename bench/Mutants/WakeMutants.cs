namespace Lab.Bench.Mutants;

/// <summary>The wake protocol: one entry per task, and no wake is lost.</summary>
internal static class WakeMutants
{
    private const string State = "Scheduling/WakeState.cs";
    private const string Scheduler = "Scheduling/Scheduler.cs";

    internal static readonly Mutant[] List =
    [
        new("finish-stores-idle-unconditionally",
            "finish stores Idle unconditionally: a wake during the step is lost.",
            State,
            "if ((word & Notified) == 0 && _word.TryChange(word, word & ~StateMask))",
            "if (_word.TryChange(word, word & ~StateMask))",
            "StaleEntryTests"),
        new("wake-schedules-a-polled-task",
            "wake schedules a task that is being polled.",
            State,
            "return (word & StateMask) == Idle;",
            "return true;",
            "StaleEntryTests"),
        new("wake-of-a-notified-task-enqueues",
            "A second wake makes a second entry.",
            State,
            "if (_word.TryChange(word, word))\n{\nreturn false;\n}",
            "if (_word.TryChange(word, word))\n{\nreturn (word & Polling) == 0;\n}",
            "StaleEntryTests"),
        new("begin-keeps-the-sequence",
            "A second entry with the same sequence matches a later wait.",
            State,
            "unchecked(sequence + SequenceUnit) | Polling",
            "sequence | Polling",
            "StaleEntryTests"),
        new("begin-unchecked",
            "A stale entry of a promoted task runs.",
            State,
            "internal bool TryBegin(int sequence) => _word.TryChange(sequence | Notified, unchecked(sequence + SequenceUnit) | Polling);",
            "internal bool TryBegin(int sequence) => (_word.Exchange((_word.Read() & ~StateMask) + SequenceUnit | Polling) & Polling) == 0;",
            "StaleEntryTests"),
        new("promotion-keeps-the-sequence",
            "The old entry of a promoted task stays alive.",
            State,
            "if (_word.TryChange(word, word + SequenceUnit))",
            "if (_word.TryChange(word, word))",
            "StaleEntryTests"),
        new("renewed-task-keeps-its-sequence",
            "An entry of a record's earlier life runs its next one.",
            State,
            "internal void Renew() => _word.Write((_word.Read() & ~StateMask) + SequenceUnit);",
            "internal void Renew() => _word.Write(0);",
            "StaleEntryTests"),
        new("spare-record-can-be-woken",
            "A wake that comes too late for a task makes its record run before the next task is in it.",
            State,
            "internal void Hold() => _word.Write(((_word.Read() & ~StateMask) + SequenceUnit) | Held);",
            "internal void Hold() => Renew();",
            "StaleEntryTests"),
        new("finish-forgets-the-inbox",
            "Wakes coalesce into one entry, and with it into one continuation: the second is never run.",
            Scheduler,
            "if (task.HasContinuations)",
            "if (task.HasContinuations && task.IsBodyDone)",
            "NotifySpec(WorkStealing)"),
        new("promotion-enqueues-nothing",
            "A queued task that is asked to cancel is never run again.",
            Scheduler,
            "Dispatch.Enqueue(task, ReadyReason.Promoted);",
            "",
            "CancellationSpec(WorkStealing)"),
        new("promotion-leaves-no-mark",
            "A task asked to cancel stays in its lane.",
            Scheduler,
            "task.IsPromoted = true;",
            "",
            "NativeDispatchTests"),
        new("escaped-exception-is-dropped",
            "An exception in a step is swallowed: the task never completes.",
            "Tasks/ScopedTask.cs",
            "_escaped ??= error;",
            "",
            "TaskSpec(Explored)"),
        new("handed-task-is-promoted",
            "A task that is being woken is promoted before what it was handed is in place.",
            State,
            "if ((word & StateMask) != Notified)",
            "if ((word & (Notified | Handing)) == 0 || (word & Polling) != 0)",
            "StaleEntryTests"),
        new("put-overtakes-a-post",
            "A step's own post goes before what others posted earlier.",
            "Scheduling/ContinuationInbox.cs",
            "if (!IsEmpty)",
            "if (_ordered is not null)",
            "ContinuationInboxTests"),
        new("inbox-newest-first",
            "Continuations of one task run in the wrong order.",
            "Scheduling/ContinuationInbox.cs",
            """
            InboxItem? ordered = null;
            while (item is not null)
            {
                var next = item.NextInInbox;
                item.NextInInbox = ordered;
                ordered = item;
                item = next;
            }

            _ordered = ordered;
            """,
            "_ordered = item;",
            "ContinuationInboxTests"),
    ];
}
