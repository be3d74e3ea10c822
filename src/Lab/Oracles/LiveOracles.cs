using Lab.Causality;
using Lab.Core.Observing;

namespace Lab.Oracles;

/// <summary>
/// The rules that every execution is checked against while it runs. The first rule that is broken is the verdict. One switch an event, no allocation:
/// what a rule remembers of an object is in the counters of its shadow. Objects that were made outside of the program carry state from before,
/// so rules that count from the beginning leave them out.
/// </summary>
internal sealed class LiveOracles
{
    private readonly Breach _breach;
    private readonly CancelMonotone _cancel;
    private readonly WakeAfterUnlock _wakes;
    private readonly ChannelFifo _channels;
    private readonly NotifyPermits _notifies;
    private readonly TimerOrder _timers;
    private readonly ScopeQuiescence _scopes;
    private readonly PermitLeak _permits;

    /// <param name="alarm">Raised when a rule is broken.</param>
    internal LiveOracles(Alarm alarm)
    {
        _breach = new Breach(alarm);
        _cancel = new CancelMonotone(_breach);
        _wakes = new WakeAfterUnlock(_breach);
        _channels = new ChannelFifo(_breach);
        _notifies = new NotifyPermits(_breach);
        _timers = new TimerOrder(_breach);
        Fairness = new FairnessBound(_breach);
        _scopes = new ScopeQuiescence(_breach);
        _permits = new PermitLeak(_breach);
        All = [_cancel, _wakes, _channels, _notifies, _timers, Fairness, _scopes, _permits];
    }

    /// <summary>Names of all live oracles.</summary>
    internal static IReadOnlyList<string> Names { get; } = [.. new LiveOracles(new Alarm()).All.Select(static oracle => oracle.Name)];

    /// <summary>All rules, for what they counted.</summary>
    internal IReadOnlyList<LiveOracle> All { get; }

    /// <summary>The rule about virtual workers; told by whoever pumps them.</summary>
    internal FairnessBound Fairness { get; }

    /// <summary>The first broken rule; null while all hold.</summary>
    internal Verdict? Broken => _breach.First;

    internal void Begin()
    {
        _breach.Clear();
        _wakes.Begin();
        _timers.Begin();
        Fairness.Begin();
        _notifies.Begin();
    }

    /// <summary>Where the gates of the lab's thread are counted.</summary>
    internal GateWatch Gates => _wakes.Gates;

    /// <summary>Somebody looked whether a request was made; part of <see cref="On"/>.</summary>
    internal void OnLook(ObjectShadow node, bool seen) => _cancel.Checked(node, seen);

    /// <param name="kind">What happened.</param>
    /// <param name="task">Who did it.</param>
    /// <param name="target">What it touched; the shadow of this execution.</param>
    /// <param name="a">See <see cref="EventKind"/>.</param>
    /// <param name="b">See <see cref="EventKind"/>.</param>
    /// <param name="now">Virtual time in ticks.</param>
    internal void On(EventKind kind, TaskShadow task, ObjectShadow? target, long a, long b, long now)
    {
        switch (kind)
        {
            case EventKind.TaskWoken:
                _wakes.Woken(task, target);
                return;
            case EventKind.CancelChecked:
                OnLook(target!, a != 0);
                return;
            case EventKind.TaskSpawned:
                _scopes.Spawned(target!);
                return;
            case EventKind.TaskCompleted:
                _scopes.Completed(target!);
                return;
            case EventKind.TimerSet:
                _timers.Set(target!, a, b, now);
                return;
            case EventKind.TimerFired:
                _timers.Fired(target!, a, b, now);
                return;
            case EventKind.TimerCanceled:
                _timers.Canceled(target!);
                return;
        }

        if (target is null || (target.Creator is null && target is not TaskShadow))
        {
            return;
        }

        if (kind is >= EventKind.ChannelReserveWaiting and <= EventKind.NotifyCanceled)
        {
            OnPrimitive(kind, task, target, a, b);
        }
        else
        {
            OnOwn(kind, task, target, a);
        }
    }

    /// <summary>Rules that can only be judged when the execution has ended.</summary>
    internal Verdict? AtEnd()
    {
        _notifies.End();
        return Broken;
    }

    private void OnOwn(EventKind kind, TaskShadow task, ObjectShadow target, long a)
    {
        switch (kind)
        {
            case EventKind.CancelRequested:
                _cancel.Requested(target, a);
                break;
            case EventKind.CancelStrengthened:
                _cancel.Strengthened(target, a);
                break;
            case EventKind.CancelAcknowledged:
                _cancel.Acknowledged(target);
                break;
            case EventKind.ScopeOpened:
                _scopes.Opened(target);
                break;
            case EventKind.ScopeClosed:
                _scopes.Closed(target, a);
                break;
            case EventKind.ScopeForgotten:
                _scopes.Forgotten(task, target, a);
                break;
        }
    }

    /// <summary>A channel or a notify that the program has made; part of <see cref="On"/>.</summary>
    internal void OnPrimitive(EventKind kind, TaskShadow task, ObjectShadow target, long a, long b)
    {
        switch (kind)
        {
            case EventKind.ChannelReserved:
                _permits.Taken();
                _channels.Reserved(target, a);
                break;
            case EventKind.ChannelSent:
                _channels.Sent(target, a, b);
                break;
            case EventKind.ChannelReceived:
                _channels.Received(target, a);
                break;
            case EventKind.ChannelAborted:
                _channels.Aborted(target, a);
                break;
            case EventKind.ChannelDropped:
                _channels.Dropped(target, a);
                break;
            case EventKind.PermitLeaked:
                _permits.Leaked(task, target);
                break;
            case >= EventKind.NotifyWaiting:
                OnNotify(kind, target, a);
                break;
        }
    }

    private void OnNotify(EventKind kind, ObjectShadow target, long a)
    {
        switch (kind)
        {
            case EventKind.NotifyWaiting:
                _notifies.Waiting(target);
                break;
            case EventKind.NotifyPermitTaken:
                _notifies.PermitTaken(target);
                break;
            case EventKind.NotifyOneWoke:
                _notifies.WokeOne(target);
                break;
            case EventKind.NotifyOneStored:
                _notifies.Stored(target, a != 0);
                break;
            case EventKind.NotifyAll:
                _notifies.WokeAll(target, a);
                break;
            case EventKind.NotifyPassedOn:
                _notifies.PassedOn(target);
                break;
            case EventKind.NotifyCanceled:
                _notifies.Canceled(target);
                break;
        }
    }
}
