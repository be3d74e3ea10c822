using Lab.Execution;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>Why an execution failed, in a few lines: what came in another order than in the nearest execution that passes.</summary>
internal static class CauseText
{
    private const int MaxOrders = 3;
    private const int MaxOnly = 2;

    /// <summary>At most 80 columns, LF; empty when it was not looked for, or nothing is known.</summary>
    internal static string Of(LabResult result, ReportNames names)
    {
        var text = new WrappedText();
        if (result.Cause is not { } cause)
        {
            if (result.Shrinking is { NotShrunk: null })
            {
                text.Line("Why: ", "no execution near to this one was found that passes.");
            }

            return text.ToString();
        }

        var handed = Handed(result.Trace!, names);
        if (cause.Reversed.Count > 0)
        {
            text.Line("Why: ", Orders(cause.Reversed, operation => Words(operation.Event, handed, names.Task, names.Object)));
            return text.ToString();
        }

        // Things are called as in the table above; what only the other execution has, by a name that nothing has there.
        var both = new ReportNames(result.Trace!, cause.Passing);
        var handedInPassing = Handed(cause.Passing, both);
        var failing = Telling(cause.OnlyInFailing).Select(operation => Words(operation.Event, handed, names.Task, names.Object)).ToList();
        var passing = Telling(cause.OnlyInPassing).Select(
            operation => Words(operation.Event, handedInPassing, both.Task, id => names.Knows(id) ? names.Object(id) : both.Object(id))).ToList();
        var (inFailing, inPassing) = (Only(failing.Except(passing)), Only(passing.Except(failing)));
        if (inFailing.Length > 0)
        {
            text.Line("Why: ", $"the nearest passing execution lacks {inFailing}.");
        }

        if (inPassing.Length > 0)
        {
            text.Line(inFailing.Length > 0 ? "     " : "Why: ", inFailing.Length > 0 ? $"Instead it has {inPassing}." : $"the nearest passing execution also has {inPassing}.");
        }

        return text.ToString();
    }

    private static string Orders(IReadOnlyList<ReversedOrder> orders, Func<TraceOperation, string> words)
    {
        var parts = orders.Take(MaxOrders).Select(order => $"{words(order.FirstInB)} comes before {words(order.SecondInB)}");
        var more = orders.Count > MaxOrders ? $" (and {orders.Count - MaxOrders} more)" : "";
        return $"it fails when {string.Join(", and ", parts)}{more}; in the nearest passing execution {(orders.Count == 1 ? "they are" : "these are")} the other way round.";
    }

    // What tasks do to one another says more than what timers do, and both more than who hears of it.
    private static IEnumerable<TraceOperation> Telling(IEnumerable<TraceOperation> operations) => operations
        .Where(static operation => operation.Event.Kind is not
            ("ClockAdvanced" or "ClockRead" or "StateRead" or "ScopeOpened" or "ScopeClosing" or "ScopeClosed" or "ScopeFaulted"))
        .OrderBy(static operation => operation.Event.Kind switch
        {
            "CancelChecked" or "CancelAcknowledged" or "TaskJoined" => 2,
            "TimerFired" or "TimerSet" or "TimerCanceled" => 1,
            _ => 0,
        });

    private static string Only(IEnumerable<string> operations)
    {
        var telling = operations.ToList();
        return string.Join(", ", telling.Take(MaxOnly)) + (telling.Count > MaxOnly ? $" and {telling.Count - MaxOnly} more" : "");
    }

    // Who releases a thing that others wait for gives it to the first of them in the same act, which is no taking of its own: where that is, and to whom.
    private static Dictionary<(int Step, string Task, string Object), string> Handed(Trace trace, ReportNames names)
    {
        var handed = new Dictionary<(int, string, string), string>();
        foreach (var (e, words) in OperationText.OfAll(trace, names))
        {
            if (words.StartsWith("hands ", StringComparison.Ordinal))
            {
                handed.TryAdd((e.Step, e.Task, e.Object), words[words.LastIndexOf(" to ", StringComparison.Ordinal)..]);
            }
        }

        return handed;
    }

    private static string Words(
        TraceEvent e, Dictionary<(int Step, string Task, string Object), string> handed, Func<string, string> task, Func<string, string> thing)
    {
        var who = e.Task == ReportNames.Clock ? "the clock" : task(e.Task);
        if (e.Object.StartsWith("history@", StringComparison.Ordinal))
        {
            return $"the {(e.Kind == "HistoryWritten" ? "end" : "beginning")} of a call by {who}";
        }

        var what = e.Kind is "SemaphoreAcquired" or "MutexLocked" or "ChannelReserved" or "ChannelReceived" && handed.TryGetValue((e.Step, e.Task, e.Object), out var whom)
            ? $"handing on of {thing(e.Object)}{whom}"
            : $"{Noun(e)} {thing(e.Object)}";
        return $"{who}'s {what}{(e.Site.Length == 0 || e.Task == ReportNames.Clock ? "" : $" ({e.Site})")}";
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
        "ChannelWaitCanceled" or "NotifyCanceled" or "SemaphoreCanceled" or "MutexCanceled" => "cancelling of a wait on",
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
