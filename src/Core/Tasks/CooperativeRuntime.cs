using Lab.Core.Memory;
using Lab.Core.Scheduling;
using Lab.Core.Time;

namespace Lab.Core.Tasks;

/// <summary>
/// A runtime without threads: it runs its tasks while somebody calls <see cref="RunFor"/>, on the caller's thread and within a budget of time. For a
/// page, whose one thread must be back before the next frame, and for UI and game loops that want their tasks on their own thread. Tasks, scopes, channels
/// and timers are those of <see cref="Runtime"/>, and run in the order of a runtime with one worker.
/// </summary>
/// <remarks>
/// <code>
/// var runtime = new CooperativeRuntime();
/// runtime.Spawn(cx => PlayAsync(cx));
/// void OnFrame() => runtime.RunFor(TimeSpan.FromMilliseconds(8));   // each frame
/// </code>
/// A host that has no frames sleeps until <see cref="Woken"/> is raised, or <see cref="UntilDue"/> has passed.
/// <para>
/// <see cref="Runtime.ShutdownAsync"/> and <see cref="Runtime.DisposeAsync"/> need somebody who goes on pumping; <see cref="Runtime.Dispose"/> pumps
/// itself: it ends what can end without waiting, and abandons the rest.
/// </para>
/// </remarks>
public sealed class CooperativeRuntime : Runtime
{
    private readonly CooperativeDispatch _dispatch;
    private readonly TimerDriver _timers;

    /// <summary>Makes the runtime. Nothing runs before the first <see cref="RunFor"/>.</summary>
    /// <param name="options">Null for the defaults; workers and the patience with them mean nothing here.</param>
    public CooperativeRuntime(RuntimeOptions? options = null)
        : base(options ?? new RuntimeOptions(), static (options, timers) => new CooperativeDispatch(options.Seed, timers))
    {
        _dispatch = (CooperativeDispatch)Dispatch;
        _timers = _dispatch.Timers;
        _dispatch.Woken = RaiseWoken;
    }

    /// <summary>
    /// There is something to do again after <see cref="RunFor"/> had nothing left: work from outside, a timer set from outside, or the alarm of
    /// <see cref="RuntimeOptions.TimeProvider"/> (the system's has none: see <see cref="UntilDue"/>). Raised once until the next <see cref="RunFor"/>; on
    /// any thread, in the middle of whatever caused it, so it should only ask for a frame or set an event. What it throws is an unobserved fault.
    /// </summary>
    public event Action? Woken;

    /// <summary>
    /// How long until there is something to do: zero when there is now, the time to the next timer, null when nothing is known (wait for
    /// <see cref="Woken"/>). Ask it where <see cref="RunFor"/> is called, and not during it.
    /// </summary>
    public TimeSpan? UntilDue
    {
        get
        {
            if (_dispatch.CanRun)
            {
                return TimeSpan.Zero;
            }

            var due = _dispatch.IsStopping ? TimerQueue.Never : _timers.NextDue;
            return due == TimerQueue.Never ? null : TimeSpan.FromTicks(Math.Max(due - _timers.Now, 0));
        }
    }

    /// <summary>
    /// Runs steps and due timers, until there are none left or <paramref name="budget"/> has passed. The clock is looked at after each: the budget is
    /// overrun by less than the time of one step, and one step is run even if the budget is zero. Allocates nothing.
    /// </summary>
    /// <param name="budget">On <see cref="RuntimeOptions.TimeProvider"/>; <see cref="Timeout.InfiniteTimeSpan"/>: until there are none left.</param>
    /// <exception cref="ArgumentOutOfRangeException">The budget is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inside, or the caller is: it is one of the runtime's own steps.</exception>
    public PumpResult RunFor(TimeSpan budget)
    {
        var ticks = budget == Timeout.InfiniteTimeSpan ? long.MaxValue : budget.Ticks;
        ArgumentOutOfRangeException.ThrowIfNegative(ticks, nameof(budget));
        var hasMore = _dispatch.Run(ticks, out var steps, out var elapsed);
        return new PumpResult(steps, TimeSpan.FromTicks(elapsed), hasMore);
    }

    private protected override void DisposeNow() => DisposeHere(() => RunFor(GracePeriod));

    private void RaiseWoken()
    {
        try
        {
            Woken?.Invoke();
        }
        catch (Exception e)
        {
            Fault(e);
        }
    }
}
