using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Time;

namespace Lab.Core.Tasks;

/// <summary>The reusable timer of a task's delays. A delay that is in progress twice in one task gets a second one.</summary>
internal sealed class TaskDelay : TimerEntry, IWaitable
{
    private readonly TimerDriver _timers;
    private WaitNode? _node;
    private int _version;
    private long _due = long.MinValue;

    internal TaskDelay(TimerDriver timers) => _timers = timers;

    /// <summary>Free for another delay.</summary>
    internal bool IsFree => _node is null || _node.FullVersion != _version;

    public TracedObject? Target => this;

    /// <summary>The operation's argument is the delay in ticks; it runs from the moment the operation takes effect.</summary>
    public bool Begin(WaitNode node)
    {
        if (node.Argument <= 0)
        {
            node.Settle();
            return true;
        }

        _due = _timers.DueAfter(new TimeSpan(node.Argument));
        _node = node;
        _version = node.FullVersion;
        node.Park();
        _timers.Set(this, _due);
        return false;
    }

    public void Withdraw(WaitNode node, int version)
    {
        if (node.TryWithdraw(version))
        {
            _timers.Cancel(this);
            node.Publish();
        }
        else if (Instrumentation.IsEnabled)
        {
            // It had fired, and its task has not gone on yet.
            Instrumentation.Report(EventKind.StateRead, this);
        }
    }

    internal override void Fire(long due)
    {
        // A late call for an earlier setting carries that setting's due time; the node's version decides the rest.
        if (due == _due && _node is { } node && node.TryChoose(_version))
        {
            node.Publish();
        }
    }
}
