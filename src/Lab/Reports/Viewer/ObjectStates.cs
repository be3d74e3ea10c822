using System.Globalization;
using Lab.Traces;

namespace Lab.Reports.Viewer;

/// <summary>
/// What each object is like after each event, in words: how many messages a channel holds, who holds a mutex, who waits. Reads a trace's events in order.
/// A task waits from the event that says so until it is woken or does something in a later step.
/// </summary>
internal sealed class ObjectStates(ReportNames names)
{
    private readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (State State, int Step)> _waiting = new(StringComparer.Ordinal);
    private TraceEvent? _before;

    /// <summary>The state of the event's object after it; null for what has none.</summary>
    internal string? Next(TraceEvent e)
    {
        if (_waiting.TryGetValue(e.Task, out var since) && since.Step != e.Step)
        {
            StopWaiting(e.Task);
        }

        if (e.Kind == "TaskWoken" && _waiting.TryGetValue(e.Object, out var woken))
        {
            if (woken.State.IsHandedOver)
            {
                woken.State.IsHandedOver = false;
                woken.State.Holder = e.Object;
            }

            StopWaiting(e.Object);
        }

        var text = e.Object.Length == 0 ? null : Apply(e);
        _before = e;
        return text;
    }

    private string? Apply(TraceEvent e)
    {
        if (!_states.TryGetValue(e.Object, out var state))
        {
            _states.Add(e.Object, state = new State());
        }

        if (e.Kind.EndsWith("Waiting", StringComparison.Ordinal))
        {
            state.Waiting.Add(e.Task);
            _waiting[e.Task] = (state, e.Step);
        }

        return OfChannel(e, state) ?? OfLock(e, state) ?? OfSignal(e, state) ?? Other(e, state);
    }

    private string? OfChannel(TraceEvent e, State state)
    {
        switch (e.Kind)
        {
            case "ChannelSent":
                state.Count++;
                state.Reserved = Second(e.Detail);
                break;
            case "ChannelReceived":
                state.Count = Math.Max(0, state.Count - 1);
                break;
            case "ChannelDropped":
                state.Count = 0;
                state.Closed = "receiver gone";
                break;
            case "ChannelReserved" or "ChannelAborted":
                state.Reserved = First(e.Detail);
                break;
            case "ChannelReceiverClosed":
                state.Closed = "closed to senders";
                break;
            case "ChannelSenderClosed" when First(e.Detail) == 0:
                state.Closed = "no senders left";
                break;
            case "ChannelReserveWaiting" or "ChannelReceiveWaiting" or "ChannelWaitCanceled" or "ChannelPassedOn" or "ChannelSenderClosed" or "ChannelForked" or "ChannelFull" or "ChannelEmpty":
                break;
            default:
                return null;
        }

        return Text(Number(state.Count, "buffered"), state.Reserved > 0 ? Number(state.Reserved, "reserved") : "", state.Closed, Waiting(state));
    }

    private string? OfLock(TraceEvent e, State state)
    {
        switch (e.Kind)
        {
            case "MutexLocked":
                state.IsHandedOver = _before is { Kind: "MutexUnlocked" } before && before.Object == e.Object && before.Step == e.Step && state.Waiting.Count > 0;
                state.Holder = state.IsHandedOver ? "" : e.Task;
                return Text(state.IsHandedOver ? "handed over" : $"held by {names.Task(e.Task)}", Waiting(state));
            case "MutexUnlocked":
                state.Holder = "";
                return Text("free", Waiting(state));
            case "MutexWaiting" or "MutexCanceled" or "MutexBusy":
                return Text(state.Holder.Length == 0 ? "taken" : $"held by {names.Task(state.Holder)}", Waiting(state));
            case "ModelAcquired":
                state.Holders.Add(e.Task);
                return Text($"held by {string.Join(", ", state.Holders.Select(names.Task))}", Waiting(state));
            case "ModelReleased":
                if (!state.Holders.Remove(e.Task) && state.Holders.Count > 0)
                {
                    state.Holders.RemoveAt(0);
                }

                return Text(state.Holders.Count == 0 ? "free" : $"held by {string.Join(", ", state.Holders.Select(names.Task))}", Waiting(state));
            case "SemaphoreAcquired":
                state.Count += (int)Math.Max(First(e.Detail), 1);
                return Text(Number(state.Count, "taken"), Waiting(state));
            case "SemaphoreReleased":
                state.Count = (int)Math.Max(0, state.Count - Math.Max(First(e.Detail), 1));
                return Text(Number(state.Count, "taken"), Waiting(state));
            case "SemaphoreWaiting" or "SemaphoreCanceled" or "SemaphoreBusy":
                return Text(Number(state.Count, "taken"), Waiting(state));
            default:
                return null;
        }
    }

    private string? OfSignal(TraceEvent e, State state)
    {
        switch (e.Kind)
        {
            case "NotifyOneStored":
                state.Count = 1;
                break;
            case "NotifyPermitTaken":
                state.Count = 0;
                break;
            case "NotifyWaiting" or "NotifyOneWoke" or "NotifyAll" or "NotifyPassedOn" or "NotifyCanceled":
                break;
            case "ModelWaiting" or "ModelSignaled" or "ModelCanceled":
                return Text("", Waiting(state));
            case "OneshotSent" or "OneshotPassedOn":
                return "a value";
            case "OneshotReceived":
                return "empty: the value was received";
            case "OneshotClosed":
                return "closed";
            case "OneshotWaiting" or "OneshotEmpty":
                return Text("no value yet", Waiting(state));
            default:
                return null;
        }

        return Text(state.Count == 1 ? "permit stored" : "no permit", Waiting(state));
    }

    private string? Other(TraceEvent e, State state)
    {
        switch (e.Kind)
        {
            case "SharedRead" when e.Detail.StartsWith("-> ", StringComparison.Ordinal):
                return state.Value = e.Detail[3..];
            case "SharedWritten" when e.Detail.StartsWith("= ", StringComparison.Ordinal):
                return state.Value = e.Detail[2..];
            case "SharedRead":
                return state.Value.Length == 0 ? "read" : state.Value;
            case "SharedWritten":
                return state.Value = "written";
            case "SharedExchanged":
                return e.Detail is "failed" or "0" ? (state.Value.Length == 0 ? "unchanged" : state.Value) : state.Value = "exchanged";
            case "TimerSet":
                return e.Detail.StartsWith("due ", StringComparison.Ordinal) && TimeSpan.TryParse(e.Detail.AsSpan(4), CultureInfo.InvariantCulture, out var due)
                    ? $"due at {VirtualTimeText.Of(due.Ticks)}"
                    : e.Detail;
            case "TimerFired":
                return "fired";
            case "TimerCanceled":
                return "cancelled";
            case "CancelRequested" or "CancelStrengthened":
                return $"cancellation requested ({e.Detail})";
            case "CancelAcknowledged":
                return $"cancellation acknowledged ({e.Detail})";
            case "ScopeOpened":
                return "open";
            case "ScopeClosing":
                return "waits for its tasks";
            case "ScopeClosed":
                return "closed";
            case "ScopeFaulted":
                return "faulted";
            case "TaskSpawned":
                return TaskStates.Ready;
            case "TaskCompleted":
                return e.Detail is "" or "ok" ? "ended" : $"ended {e.Detail}";
            default:
                return null;
        }
    }

    private void StopWaiting(string task)
    {
        if (_waiting.Remove(task, out var wait))
        {
            wait.State.Waiting.Remove(task);
        }
    }

    private string Waiting(State state) => state.Waiting.Count == 0 ? "" : $"waiting: {string.Join(", ", state.Waiting.Select(names.Task))}";

    private static string Text(params IEnumerable<string> parts) => string.Join("; ", parts.Where(static part => part.Length > 0)) is { Length: > 0 } text ? text : "nobody waits";

    private static string Number(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}");

    private static long First(string detail) => long.TryParse(detail.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static long Second(string detail) =>
        detail.IndexOf(' ') is > 0 and var space && long.TryParse(detail.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private sealed class State
    {
        internal readonly List<string> Waiting = [];
        internal readonly List<string> Holders = [];
        internal int Count;
        internal long Reserved;
        internal string Closed = "";
        internal string Holder = "";
        internal string Value = "";
        internal bool IsHandedOver;
    }
}
