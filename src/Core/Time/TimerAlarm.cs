using Lab.Core.Memory;

namespace Lab.Core.Time;

/// <summary>
/// The one timer that a <see cref="TimerDriver"/> keeps at a provider other than the system's. It only tells the host to look; the host fires. It may
/// ring early or for nothing: whoever looks sets it again. The provider is foreign code, so it is never called under a gate: requests are counted,
/// and the thread that made the first one serves all of them.
/// </summary>
internal sealed class TimerAlarm(TimerDriver driver, TimeProvider provider)
{
    /// <summary>The longest span a provider must accept.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(0xFFFF_FFFE);

    private AtomicInt32 _requests;
    private AtomicInt64 _armedFor = new(TimerQueue.Never);

    /// <summary>1: the runtime has ended.</summary>
    private AtomicInt32 _stopped;
    private ITimer? _timer;

    /// <summary>Sets the alarm for the nearest due time. A later one than is set may stay: ringing for nothing is harmless.</summary>
    internal void Rearm()
    {
        if (driver.NextDue == _armedFor.Read())
        {
            return;
        }

        if (_requests.Increment() != 1)
        {
            return;
        }

        int served;
        do
        {
            served = _requests.Read();
            Arm(driver.NextDue);
        }
        while (_requests.Add(-served) != 0);
        if (_stopped.Read() != 0)
        {
            // Pairs with Stop, and both exchange before: either the timer is seen there, or the end is seen here.
            _timer!.Dispose();
        }
    }

    /// <summary>
    /// Disposes the provider's timer. A request that is being served meanwhile finds a disposed timer, which changing does not mind; or makes one, in the last
    /// step of a worker, and disposes it.
    /// </summary>
    internal void Stop()
    {
        _stopped.Exchange(1);
        _timer?.Dispose();
    }

    private void Arm(long due)
    {
        _armedFor.Write(due);
        _timer ??= provider.CreateTimer(static alarm => ((TimerAlarm)alarm!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Span(due), Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Span(long due)
    {
        if (due == TimerQueue.Never)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var left = TimeSpan.FromTicks(Math.Max(due - driver.Now, 0));
        return left < s_longest ? left : s_longest;
    }

    private void Ring()
    {
        // Forget the setting first: whoever the host sends to look will set the alarm anew.
        _armedFor.Write(TimerQueue.Never);
        driver.NextDueMoved?.Invoke();
    }
}
