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

    internal TaskDelay(TimerDriver timers) => _timers = timers;

    /// <summary>
    /// Not for another delay: a thread had taken the timer to fire it when the wait was withdrawn. It may be late, and must not meet the next wait.
    /// </summary>
    internal bool IsSpent { get; private set; }

    /// <summary>Free for another delay.</summary>
    internal bool IsFree => !IsSpent && (_node is null || _node.FullVersion != _version);

    public TracedObject? Target => this;

    /// <summary>The operation's argument is the delay in ticks, negative for ever; it runs from the moment the operation takes effect.</summary>
    public bool Begin(WaitNode node)
    {
        if (node.Argument == 0)
        {
            node.Settle();
            return true;
        }

        _node = node;
        _version = node.FullVersion;
        node.Park();
        if (!IsEndless(node))
        {
            _timers.Set(this, new TimeSpan(node.Argument));
            if (node.IsWithdrawn)
            {
                // By a canceller who found no timer, as it was not set yet. One who comes in this very moment may leave it all the same: that is harmless, it
                // fires for a wait that has ended.
                _timers.Cancel(this);
            }
        }

        return false;
    }

    public void Withdraw(WaitNode node, int version)
    {
        if (node.TryWithdraw(version))
        {
            IsSpent |= !IsEndless(node) && !_timers.Cancel(this);
            node.Publish();
        }
        else if (Instrumentation.IsEnabled)
        {
            // It had fired, and its task has not gone on yet.
            Instrumentation.Report(EventKind.StateRead, this);
        }
    }

    /// <summary>No timer: nothing but a cancellation ends the wait.</summary>
    private static bool IsEndless(WaitNode node) => node.Argument < 0;

    internal override void Fire(long due)
    {
        if (_node is { } node && node.TryChoose(_version))
        {
            node.Publish();
        }
    }
}
