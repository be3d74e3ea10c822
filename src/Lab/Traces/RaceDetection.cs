using Lab.Causality;
using Lab.Core.Observing;

namespace Lab.Traces;

/// <summary>
/// Races on shared variables, by vector clocks over what synchronises: spawn and join, wakes, locks, channels, signals, cancellation. Accesses of the
/// variables themselves order nothing. A race is told once for each two places in the program.
/// </summary>
/// <remarks>
/// As in FastTrack (Flanagan, Freund, "FastTrack: efficient and precise dynamic race detection", PLDI 2009), but every access that may still race is
/// kept, since both sites are wanted. Where events do not say who was meant (a parked sender's message), more is taken to be ordered, never less.
/// </remarks>
internal sealed class RaceDetection
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<VectorClock> _clocks = [];
    private readonly Dictionary<string, VectorClock> _released = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Channel, string Stamp), VectorClock> _messages = [];
    private readonly Dictionary<string, VectorClock> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<(int Task, EventKind Kind, string Site), Access>> _accesses = new(StringComparer.Ordinal);
    private readonly HashSet<(string Object, string Site, EventKind Kind, string OtherSite, EventKind OtherKind)> _told = [];
    private readonly List<Race> _races = [];

    private RaceDetection()
    {
    }

    private readonly record struct Access(int Ordinal, TraceEvent Event);

    /// <summary>In the order of the second access.</summary>
    internal static IReadOnlyList<Race> In(Trace trace)
    {
        var detection = new RaceDetection();
        foreach (var e in trace.Events)
        {
            if (Accesses.TryParse(e.Kind, out var kind))
            {
                detection.Take(e, kind);
            }
        }

        return detection._races;
    }

    private void Take(TraceEvent e, EventKind kind)
    {
        switch (kind)
        {
            case EventKind.SharedRead or EventKind.SharedWritten or EventKind.SharedExchanged:
                Touch(e, kind);
                break;
            case EventKind.TaskSpawned or EventKind.TaskWoken:
                ClockOf(e.Object).Join(ClockOf(e.Task));
                break;
            case EventKind.TimerFired:
                // The clock knows of one timer after the other: what it fires is ordered after who set that one.
                _clocks[NumberOf(e.Task)] = new VectorClock(At(_released, e.Object));
                break;
            case EventKind.ScopeClosed:
                JoinDescendants(e.Task);
                break;
            case EventKind.ChannelReserveWaiting or EventKind.ChannelReserved or EventKind.ChannelSent or EventKind.ChannelReceived:
                Pass(e, kind);
                break;
            default:
                Synchronise(e, kind);
                break;
        }
    }

    private void Synchronise(TraceEvent e, EventKind kind)
    {
        if (kind is EventKind.MutexLocked or EventKind.SemaphoreAcquired or EventKind.ModelAcquired or EventKind.OneshotReceived or EventKind.OneshotEmpty
            or EventKind.NotifyPermitTaken or EventKind.TaskJoined or EventKind.CancelAcknowledged or EventKind.CancelChecked or EventKind.ChannelEmpty
            or EventKind.ChannelFull or EventKind.RaceDecided)
        {
            ClockOf(e.Task).Join(At(_released, e.Object));
        }

        if (kind is EventKind.MutexUnlocked or EventKind.SemaphoreReleased or EventKind.ModelReleased or EventKind.ModelSignaled or EventKind.OneshotSent
            or EventKind.OneshotClosed or EventKind.NotifyOneWoke or EventKind.NotifyOneStored or EventKind.NotifyAll or EventKind.NotifyPassedOn
            or EventKind.TaskCompleted or EventKind.CancelRequested or EventKind.CancelStrengthened or EventKind.ChannelSenderClosed
            or EventKind.ChannelReceiverClosed or EventKind.ScopeFaulted or EventKind.RaceDecided or EventKind.TimerSet)
        {
            At(_released, e.Object).Join(ClockOf(e.Task));
        }
    }

    // A message is ordered after its sending, and a slot is free after the receipt that emptied it.
    private void Pass(TraceEvent e, EventKind kind)
    {
        var own = ClockOf(e.Task);
        var waiting = At(_released, e.Object + " senders");
        switch (kind)
        {
            case EventKind.ChannelReserveWaiting:
                waiting.Join(own);
                break;
            case EventKind.ChannelReserved:
                own.Join(At(_slots, e.Object));
                break;
            case EventKind.ChannelSent:
                var message = new VectorClock(own);
                message.Join(waiting);
                _messages[(e.Object, Stamp(e))] = message;
                break;
            default:
                if (_messages.Remove((e.Object, Stamp(e)), out var sent))
                {
                    own.Join(sent);
                }

                At(_slots, e.Object).Join(own);
                break;
        }
    }

    private static string Stamp(TraceEvent e) => e.Detail.Split(' ', 2)[0];

    private void Touch(TraceEvent e, EventKind kind)
    {
        var task = NumberOf(e.Task);
        var own = _clocks[task];
        if (!_accesses.TryGetValue(e.Object, out var accesses))
        {
            _accesses.Add(e.Object, accesses = []);
        }

        foreach (var ((other, otherKind, site), earlier) in accesses)
        {
            if (other != task && Conflict(kind, otherKind) && own[other] < earlier.Ordinal && _told.Add((e.Object, site, otherKind, e.Site, kind)))
            {
                _races.Add(new Race(e.Object, earlier.Event, e));
            }
        }

        accesses[(task, kind, e.Site)] = new Access(own.Tick(task), e);
    }

    // Two compare-exchanges are atomic to each other, whether they take effect or not.
    private static bool Conflict(EventKind a, EventKind b) => (a, b) switch
    {
        (EventKind.SharedRead, EventKind.SharedRead) => false,
        (EventKind.SharedExchanged, EventKind.SharedExchanged) => false,
        _ => true,
    };

    private void JoinDescendants(string task)
    {
        var own = ClockOf(task);
        foreach (var (name, number) in _numbers)
        {
            if (name.Length > task.Length && name[task.Length] == '.' && name.StartsWith(task, StringComparison.Ordinal) && _released.ContainsKey(name))
            {
                own.Join(_clocks[number]);
            }
        }
    }

    private VectorClock ClockOf(string task) => _clocks[NumberOf(task)];

    private int NumberOf(string task)
    {
        if (!_numbers.TryGetValue(task, out var number))
        {
            _numbers.Add(task, number = _numbers.Count);
            _clocks.Add(new VectorClock());
        }

        return number;
    }

    private static VectorClock At(Dictionary<string, VectorClock> clocks, string name)
    {
        if (!clocks.TryGetValue(name, out var clock))
        {
            clocks.Add(name, clock = new VectorClock());
        }

        return clock;
    }
}
