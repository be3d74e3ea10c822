namespace Lab.Bench.Mutants;

/// <summary>The cancellation tree, listeners, reasons, budgets, masks.</summary>
internal static class CancellationMutants
{
    private const string Tree = "Cancellation/CancellationNode.Tree.cs";
    private const string Listeners = "Cancellation/CancellationNode.Listeners.cs";
    private const string Reason = "Cancellation/CancellationReason.cs";
    private const string Cx = "Tasks/Cx.cs";

    internal static readonly Mutant[] List =
    [
        new("weaker-reason-overwrites",
            "A local cancel overwrites a stronger reason.",
            Tree,
            "var after = before is null ? reason : CancellationReason.Strengthen(before, reason);",
            "var after = reason;",
            "CancellationSpec(Explored)"),
        new("strengthening-stays-at-the-top",
            "Children that were cancelled already never hear of a stronger reason.",
            Tree,
            "if (_firstChild.Read() is { } child)\n{\nAddChildrenLocked",
            "if (first && _firstChild.Read() is { } child)\n{\nAddChildrenLocked",
            "Cancellation.Tree"),
        new("late-child-not-cancelled",
            "A child of a cancelled parent is never cancelled.",
            Tree,
            "inherited = Own.Read();",
            "inherited = null;",
            "CancellationSpec(Explored)"),
        new("child-between-flag-and-children",
            "A child registered between \"flag set\" and \"children drained\" is never cancelled.",
            Tree,
            """
            CancellationReason? inherited;
            using (_gate.Enter())
            {
                // Under one gate: either this node's mark is seen here, or the child is seen by whoever marks this node. Never neither.
                AssertInvariants();
                LinkLocked(child);
                inherited = Own.Read();
            }
            """,
            """
            var inherited = Own.Read();
            using (_gate.Enter())
            {
                LinkLocked(child);
            }
            """,
            "Cancellation.GateBoundaries"),
        new("second-child-forgotten",
            "Only the oldest child is cancelled.",
            Tree,
            "while (!ReferenceEquals(child, first));",
            "while (child is null);",
            "Cancellation.Tree"),
        new("cause-names-the-root",
            "Cause chain names the root instead of the parent.",
            Tree,
            "CancellationReason.FromParent(reason, Origin, Now) : CancellationReason.FromParent(reason);",
            "CancellationReason.FromParent(reason.RootCause, Origin, Now) : CancellationReason.FromParent(reason.RootCause);",
            "Cancellation.Tree"),
        new("request-reaches-a-later-life",
            "A request on its way to an earlier life of a node cancels the next one.",
            Tree,
            "if (life != AnyLife && life != _life.Read())",
            "if (life < AnyLife)",
            "Cancellation.GateBoundaries"),
        new("token-not-cancelled",
            "The task's BCL token is never cancelled.",
            Tree,
            "first ? SourceLocked : null,",
            "null,",
            "CancellationSpec(Explored)"),
        new("notices-only-for-listeners",
            "A node without listeners is passed by, although its hook or its BCL token waits for the request.",
            Tree,
            "if (_told is not null || HasHooks)",
            "if (_told is ListenerList)",
            "CancellationSpec(Explored)", "Cancellation.Listeners"),
        new("scope-hides-the-tasks-own-request",
            "A task inside of a cancelled scope's body shows the scope's reason only, when its own is the stronger.",
            Tree,
            "_shown.Write(_shown.Read() is { } shown ? CancellationReason.Strengthen(shown, after) : after);",
            "_shown.Write(_shown.Read() ?? after);",
            "CancellationSpec(Explored)"),
        new("scratch-keeps-what-was-in-it",
            "An array that goes back to the pool still holds the nodes of the last request.",
            "Memory/Scratch.cs",
            "Array.Clear(items, 0, Count);",
            "",
            "Cancellation.Scale"),
        new("listeners-drained-at-the-first",
            "Listeners drained at the first cancel never hear of a stronger one.",
            Listeners,
            "listener.Seen = reason.Severity;",
            "listener.Seen = CancellationKind.Shutdown.Severity();",
            "CancellationSpec(Explored)"),
        new("user-cancel-never-delivered",
            "\"Nothing seen yet\" equals severity 0, so User cancels are never delivered.",
            Listeners,
            "reason.Severity <= listener.Seen",
            "reason.Severity <= Math.Max(listener.Seen, 0)",
            "CancellationSpec(Explored)"),
        new("late-listener-not-called",
            "A listener that comes after the request never hears of it.",
            Listeners,
            "late = ClaimLocked(entry);",
            "late = null;",
            "CancellationSpec(Explored)"),
        new("late-listener-under-the-gate",
            "Listener callbacks under the gate.",
            Listeners,
            """
            late = ClaimLocked(entry);
            }

            if (late is not null)
            {
                RunLate(entry, late);
            }
            """,
            """
            late = ClaimLocked(entry);
            if (late is not null)
            {
                RunLate(entry, late);
            }
            }
            """,
            "Cancellation.Listeners"),
        new("deregistration-lies",
            "Deregistration says that the listener never ran although it has.",
            Listeners,
            "return listener.Seen == CancellationSeverity.NothingSeen;",
            "return true;",
            "Cancellation.Listeners"),
        new("throwing-listener-stops-the-rest",
            "One that throws stops the rest.",
            "Cancellation/CancellationListener.cs",
            "wave.Faulted(node, fault);",
            "throw;",
            "Cancellation.Listeners"),
        new("later-reason-wins-a-tie",
            "Of two equally severe reasons the later one wins.",
            Reason,
            "b._utcTicks.CompareTo(a._utcTicks)",
            "a._utcTicks.CompareTo(b._utcTicks)",
            "Cancellation.ReasonOrder", "Cancellation.Reasons"),
        new("join-of-reasons-depends-on-their-order",
            "Equal severity and time: the first of two reasons wins, whichever it is.",
            Reason,
            "return Compare(a, b) >= 0 ? a : b;",
            "return CompareWithoutCause(a, b) >= 0 ? a : b;",
            "Cancellation.ReasonOrder", "Cancellation.Reasons"),
        new("budget-takes-the-later-deadline",
            "Tightening gives back what was taken.",
            "Cancellation/Budget.cs",
            "a is not { } x ? b : b is not { } y || x.CompareTo(y) <= 0 ? a : b;",
            "a is not { } x ? b : b is not { } y || x.CompareTo(y) >= 0 ? a : b;",
            "Cancellation.Budgets"),
        new("strengthening-does-not-tighten",
            "Strengthening during cleanup does not tighten the budget.",
            Cx,
            "Budget = Budget.Tighten(Budget.Cleanup(reason.Kind));",
            "",
            "CancellationSpec(Explored)"),
        new("cleanup-budget-at-the-request",
            "The cleanup budget installed at request time hides the real reason.",
            Cx,
            "Phase = TaskPhase.CancelRequested;\n}",
            "Phase = TaskPhase.CancelRequested;\nBudget = Budget.Cleanup(reason.Kind);\n}",
            "CancellationSpec(Explored)"),
        new("masked-checkpoint-throws",
            "A masked checkpoint acknowledges.",
            Cx,
            "if (IsCancellationVisible)\n{\nthrow Acknowledge();\n}",
            "if (IsCancellationRequested)\n{\nthrow Acknowledge();\n}",
            "CancellationSpec(Explored)"),
        new("mask-not-restored",
            "Mask depth not restored when the inner mask is still in force.",
            "Tasks/MaskScope.cs",
            "task.MaskDepth = _before;",
            "task.MaskDepth--;",
            "CancellationSpec(Explored)"),
        new("checkpoint-ignores-the-deadline",
            "A checkpoint at the deadline passes.",
            Cx,
            "UtcNow >= deadline",
            "UtcNow > deadline",
            "CancellationSpec(Explored)"),
        new("checkpoint-keeps-the-weakest-limit",
            "Of several used-up limits the first one counts instead of the strongest.",
            Cx,
            "return other is null ? reason : CancellationReason.Strengthen(other, reason);",
            "return other ?? reason;",
            "CancellationSpec(Explored)"),
        new("task-completes-with-the-weaker-reason",
            "A task completes with a weaker reason than it acknowledged.",
            "Tasks/ScopedTask.cs",
            "reason is null ? thrown : CancellationReason.Strengthen(thrown, reason)",
            "thrown",
            "CancellationSpec(Explored)"),
        new("acknowledgement-forgets-the-stronger",
            "A stronger reason that comes during cleanup is not the one that the task completes with.",
            Cx,
            "_acknowledged = CancellationReason.Strengthen(before, own);",
            "_acknowledged = before;",
            "CancellationSpec(Explored)"),
        new("cancelled-task-completes-ok",
            "A task that acknowledged its cancellation and returned completes Ok.",
            "Tasks/ScopedTask.cs",
            "return reason is null ? Outcome.Ok : Outcome.Canceled(reason);",
            "return Outcome.Ok;",
            "CancellationSpec(Explored)"),
        new("fault-hidden-by-cancellation",
            "A fault while cancelling is reported as a cancellation.",
            "Tasks/ScopedTask.cs",
            "return Outcome.Faulted(error);\n}\n\nvar thrown",
            "return reason is null ? Outcome.Faulted(error) : Outcome.Canceled(reason);\n}\n\nvar thrown",
            "CancellationSpec(Explored)"),
    ];
}
