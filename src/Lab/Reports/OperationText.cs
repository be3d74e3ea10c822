using System.Globalization;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>What an event means to a person, in plain words; whether it is worth a line at all.</summary>
internal sealed class OperationText(ReportNames names)
{
    private readonly WaitingLines _lines = new();
    private TraceEvent? _before;

    /// <summary>The words for the next event of the trace, which are to be asked for in order; null for what is not worth a line.</summary>
    internal Operation? Next(TraceEvent e, TraceEvent? following)
    {
        var text = Words(e, following);
        _before = e;
        return text;
    }

    /// <summary>The words for every event of a trace, for what a table leaves out as well; by identity, for equal events may happen twice.</summary>
    internal static Dictionary<TraceEvent, string> OfAll(Trace trace, ReportNames names)
    {
        var words = new OperationText(names);
        var texts = new Dictionary<TraceEvent, string>(trace.Events.Count, ReferenceEqualityComparer.Instance);
        for (var i = 0; i < trace.Events.Count; i++)
        {
            var e = trace.Events[i];
            var text = words.Next(e, i + 1 < trace.Events.Count ? trace.Events[i + 1] : null)?.Text ?? "";
            texts[e] = text.Length > 0 ? text : $"{Quiet(e.Kind)} {names.Object(e.Object)}".TrimEnd();
        }

        return texts;
    }

    private Operation? Words(TraceEvent e, TraceEvent? following) =>
        OfTask(e) ?? OfChannel(e, following) ?? OfSync(e) ?? OfShared(e) ?? OfTime(e) ?? Other(e);

    private Operation? OfTask(TraceEvent e) => e.Kind switch
    {
        "TaskSpawned" => Does($"spawns {names.TaskInFull(e.Object)}"),
        "TaskCompleted" => Does(e.Detail is "ok" or "" ? "ends" : $"ends {e.Detail}"),
        "TaskJoined" => Does($"joins {names.Task(e.Object)}"),
        "CancelRequested" => Does($"cancels {(e.Object == e.Task ? "itself" : names.Object(e.Object))} ({e.Detail})"),
        "CancelAcknowledged" => Does($"sees its cancellation ({e.Detail})"),
        "ScopeClosing" => Waits("its tasks"),
        "ScopeForgotten" => Does($"leaves {names.Object(e.Object)} open ({e.Detail} live)"),
        "RaceDecided" => e.Detail == "1" ? Does("wins the race") : Operation.Hidden,
        "Note" => Does($"note: {e.Detail}"),
        "RandomDrawn" => Does($"draws {e.Detail}"),
        _ => null,
    };

    private Operation? OfChannel(TraceEvent e, TraceEvent? following)
    {
        var channel = names.Object(e.Object);
        switch (e.Kind)
        {
            case "ChannelReserveWaiting":
                _lines.Enter(e.Object, "senders", e.Task);
                return Waits($"room in {channel}");
            case "ChannelReserved":
                if (Continues(e, "ChannelReceived", "ChannelAborted") && _lines.Leave(e.Object, "senders") is { } next)
                {
                    return Does($"hands the slot of {channel} to {Whom(next)}");
                }

                return following is { Kind: "ChannelSent" } && IsSameStep(e, following) ? Operation.Hidden : Does($"reserves a slot of {channel}");
            case "ChannelSent":
                return Continues(e, "ChannelReceived", "ChannelReserved") && _lines.Leave(e.Object, "senders") is { } sender
                    ? Does($"takes in what {Whom(sender)} sends on {channel}{Message(e)}")
                    : Does($"sends on {channel}{Message(e)}");
            case "ChannelReceived":
                return Continues(e, "ChannelSent") && _lines.Leave(e.Object, "receivers") is { } receiver
                    ? Does($"hands it to {Whom(receiver)}")
                    : Does($"receives from {channel}{Message(e)}");
            case "ChannelReceiveWaiting":
                _lines.Enter(e.Object, "receivers", e.Task);
                return Waits($"a message of {channel}");
            case "ChannelAborted": return Does($"gives back a slot of {channel}");
            case "ChannelForked": return Does($"forks a sender of {channel}");
            case "ChannelSenderClosed": return Does($"ends a sender of {channel}{(e.Detail == "" ? "" : $" ({e.Detail} left)")}");
            case "ChannelReceiverClosed":
                _lines.Lose(e.Object);
                return Does($"closes {channel} to senders");
            case "ChannelDropped": return e.Detail is "" or "0" ? Operation.Hidden : Does($"drops {e.Detail} messages of {channel}");
            case "ChannelFull": return Does($"finds {channel} full");
            case "ChannelEmpty": return Does($"finds {channel} empty");
            case "ChannelWaitCanceled":
                _lines.Lose(e.Object);
                return Does($"stops waiting on {channel}");
            case "PermitLeaked": return Does($"leaks a permit of {channel}");
            default: return null;
        }
    }

    private Operation? OfSync(TraceEvent e)
    {
        var it = names.Object(e.Object);
        switch (e.Kind)
        {
            case "NotifyWaiting" or "SemaphoreWaiting" or "MutexWaiting" or "OneshotWaiting":
                _lines.Enter(e.Object, "waiters", e.Task);
                return Waits(it);
            case "NotifyOneWoke": return Does($"wakes {Whom(_lines.Leave(e.Object, "waiters") ?? "")} ({it})");
            case "NotifyOneStored": return Does(e.Detail == "1" ? $"signals {it}, which is signalled already" : $"signals {it}: nobody waits, stored");
            case "NotifyAll":
                _lines.Clear(e.Object);
                return Does($"wakes all who wait on {it} ({(e.Detail == "" ? "0" : e.Detail)})");
            case "NotifyPermitTaken": return Does($"takes the permit of {it}");
            case "ChannelPassedOn" or "OneshotPassedOn": return Does($"passes a message of {it} on");
            case "NotifyPassedOn": return Does($"passes the permit of {it} on");
            case "NotifyCanceled" or "SemaphoreCanceled" or "MutexCanceled":
                _lines.Lose(e.Object);
                return Does($"stops waiting on {it}");
            case "SemaphoreAcquired" or "MutexLocked":
                return Continues(e, "SemaphoreReleased", "MutexUnlocked", "SemaphoreAcquired") && _lines.Leave(e.Object, "waiters") is { } next
                    ? Does($"hands {it} to {Whom(next)}")
                    : Does(e.Kind == "MutexLocked" ? $"locks {it}" : $"acquires {it}");
            case "SemaphoreReleased": return Does($"releases {it}");
            case "MutexUnlocked": return Does($"unlocks {it}");
            case "SemaphoreBusy" or "MutexBusy": return Does($"finds {it} taken");
            case "OneshotSent": return Does($"sends on {it}");
            case "OneshotReceived": return Does($"receives from {it}");
            case "OneshotClosed": return Does($"closes {it}");
            case "OneshotEmpty": return Does($"finds {it} empty");
            default: return null;
        }
    }

    private Operation? OfShared(TraceEvent e)
    {
        var it = names.Object(e.Object);
        return e.Kind switch
        {
            "SharedRead" => Does($"reads {it} {e.Detail}"),
            "SharedWritten" => Does($"writes {it} {e.Detail}"),
            "SharedExchanged" => Does($"compare-exchanges {it}: {(e.Detail is "failed" or "0" ? "failed" : "took effect")}"),
            "ModelAcquired" => Does($"acquires {it}"),
            "ModelReleased" => Does($"releases {it}"),
            "ModelSignaled" => Does(e.Detail is "" or "0" ? $"signals {it}: nobody waits, lost" : $"signals {it}"),
            "ModelWaiting" => Waits(it),
            "ModelCanceled" => Does($"stops waiting on {it}"),
            _ => null,
        };
    }

    private Operation? OfTime(TraceEvent e) => e.Kind switch
    {
        "TimerSet" => new Operation($"sets {names.Object(e.Object)} {Due(e)}".TrimEnd(), $"the clock: {names.Object(e.Object)} {Due(e)}".TrimEnd()),
        "TimerFired" => Does($"fires {names.Object(e.Object)}"),
        "TimerCanceled" => Does($"cancels {names.Object(e.Object)}"),
        "ClockAdvanced" => Does($"moves to {VirtualTimeText.Of(e.TimeTicks)}"),
        _ => null,
    };

    // The rest is bookkeeping, or a kind that this version does not know: that one is shown as it is.
    private Operation Other(TraceEvent e) => e.Kind switch
    {
        "TaskWoken" or "TaskPreempted" or "CancelChecked" or "CancelStrengthened" or "StateRead" or "ClockRead" or "ScopeOpened" or "ScopeClosed"
            or "ScopeFaulted" or "HistoryWritten"
            or "GateEntered" or "GateExited" => Operation.Hidden,
        _ => Does($"{e.Kind} {names.Object(e.Object)} {e.Detail}"),
    };

    /// <summary>
    /// What an event that a table leaves out says in a list of all events, before the name of its object; a kind that has no words of its own here, its name in
    /// words.
    /// </summary>
    internal static string Quiet(string kind) => kind switch
    {
        "TaskSpawned" => "spawns",
        "TaskWoken" => "wakes",
        "TaskCompleted" => "ends:",
        "TaskPreempted" => "is pre-empted",
        "CancelChecked" => "looks for the cancellation of",
        "CancelStrengthened" => "strengthens the cancellation of",
        "StateRead" => "looks at",
        "ClockRead" => "reads",
        "ScopeOpened" => "opens",
        "ScopeClosed" => "closes",
        "ScopeFaulted" => "notes a fault in",
        "HistoryWritten" => "writes",
        "ChannelReserved" => "reserves a slot of",
        _ => string.Concat(kind.Select(static (c, i) => char.IsUpper(c) ? $"{(i == 0 ? "" : " ")}{char.ToLowerInvariant(c)}" : $"{c}")),
    };

    private static Operation Does(string text) => new(text.TrimEnd(), null);

    private static Operation Waits(string what) => new($"waits for {what}", what);

    private string Whom(string task) => task.Length == 0 ? "a waiting task" : names.Task(task);

    private static string Message(TraceEvent e) => e.Detail.Length == 0 ? "" : $" (message {e.Detail})";

    private static string Due(TraceEvent e) =>
        e.Detail.StartsWith("due ", StringComparison.Ordinal) && TimeSpan.TryParse(e.Detail.AsSpan(4), CultureInfo.InvariantCulture, out var due)
            ? $"due at {VirtualTimeText.Of(due.Ticks)}"
            : e.Detail;

    private bool Continues(TraceEvent e, params ReadOnlySpan<string> kinds) =>
        _before is { } before && IsSameStep(before, e) && kinds.Contains(before.Kind);

    private static bool IsSameStep(TraceEvent a, TraceEvent b) => a.Step == b.Step && a.Task == b.Task && a.Object == b.Object;
}
