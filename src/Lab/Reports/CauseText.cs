using Lab.Traces;

namespace Lab.Reports;

/// <summary>Why an execution failed, in a few lines: what came in another order than in the nearest execution that passes.</summary>
internal static class CauseText
{
    private const int MaxOrders = 3;
    private const int MaxOnly = 2;

    /// <summary>At most 80 columns, LF; empty when nothing is known.</summary>
    internal static string Of(FailureCause cause, ReportNames names)
    {
        var text = new WrappedText();
        if (cause.Reversed.Count > 0)
        {
            text.Line("Why: ", Orders(cause.Reversed, names));
        }
        else if (cause.OnlyInFailing.Count + cause.OnlyInPassing.Count > 0)
        {
            var inFailing = Only(cause.OnlyInFailing, names);
            var inPassing = Only(cause.OnlyInPassing, new ReportNames(cause.Passing));
            text.Line("Why: ", inFailing.Length > 0 ? $"the nearest passing execution lacks {inFailing}." : $"the nearest passing execution also has {inPassing}.");
            if (inFailing.Length > 0 && inPassing.Length > 0)
            {
                text.Line("     ", $"Instead it has {inPassing}.");
            }
        }

        return text.ToString();
    }

    private static string Orders(IReadOnlyList<ReversedOrder> orders, ReportNames names)
    {
        var parts = orders.Take(MaxOrders).Select(order => $"{Words(order.FirstInB, names)} comes before {Words(order.SecondInB, names)}");
        var more = orders.Count > MaxOrders ? $" (and {orders.Count - MaxOrders} more)" : "";
        return $"it fails when {string.Join(", and ", parts)}{more}; in the nearest passing execution {(orders.Count == 1 ? "they are" : "these are")} the other way round.";
    }

    private static string Only(IReadOnlyList<TraceOperation> operations, ReportNames names)
    {
        var telling = operations.Where(static operation => operation.Event.Kind is not
            ("ClockAdvanced" or "ClockRead" or "StateRead" or "ScopeOpened" or "ScopeClosing" or "ScopeClosed" or "ScopeFaulted")).ToList();
        return string.Join(", ", telling.Take(MaxOnly).Select(operation => Words(operation, names))) + (telling.Count > MaxOnly ? $" and {telling.Count - MaxOnly} more" : "");
    }

    private static string Words(TraceOperation operation, ReportNames names)
    {
        var e = operation.Event;
        var who = e.Task == ReportNames.Clock ? "the clock" : names.Task(e.Task);
        if (e.Object.StartsWith("history@", StringComparison.Ordinal))
        {
            return $"the {(e.Kind == "HistoryWritten" ? "end" : "beginning")} of a call by {who}";
        }

        return $"{who}'s {Noun(e)} {names.Object(e.Object)}{(e.Site.Length == 0 || e.Task == ReportNames.Clock ? "" : $" ({e.Site})")}";
    }

    // The value belongs to one execution; what is said here is about both.
    private static string Noun(TraceEvent e) => e.Kind switch
    {
        "SharedRead" => "read of",
        "SharedWritten" => "write to",
        "SharedExchanged" => "compare-exchange of",
        "ChannelSent" => "send on",
        "ChannelReceived" => "receive from",
        "ChannelReserved" => "reservation of a slot of",
        "ChannelEmpty" => "look into the empty",
        "ChannelFull" => "look into the full",
        "ChannelSenderClosed" => "end of a sender of",
        "ChannelReceiverClosed" => "closing of",
        "ChannelReserveWaiting" or "ChannelReceiveWaiting" or "NotifyWaiting" or "SemaphoreWaiting" or "MutexWaiting" or "OneshotWaiting" => "wait on",
        "ChannelWaitCanceled" or "NotifyCanceled" or "SemaphoreCanceled" or "MutexCanceled" => "canceled wait on",
        "NotifyOneWoke" or "NotifyOneStored" or "NotifyAll" or "ModelSignaled" => "signal to",
        "NotifyPermitTaken" => "wait with the permit of",
        "ChannelPassedOn" or "OneshotPassedOn" => "passing on a message of",
        "NotifyPassedOn" => "passing on the permit of",
        "MutexLocked" => "lock of",
        "MutexUnlocked" => "unlock of",
        "SemaphoreAcquired" or "ModelAcquired" => "acquiring of",
        "SemaphoreReleased" or "ModelReleased" => "release of",
        "CancelRequested" or "CancelStrengthened" => "cancellation of",
        "CancelChecked" or "CancelAcknowledged" => "look at the cancellation of",
        "TaskCompleted" => "end:",
        "TaskJoined" => "join of",
        "TimerFired" => "firing of",
        "TimerSet" => "setting of",
        "TimerCanceled" => "cancellation of",
        "ClockAdvanced" => "advance:",
        "ClockRead" or "StateRead" => "look at",
        _ => $"{e.Kind} of",
    };
}
