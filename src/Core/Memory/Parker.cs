using System.Runtime.Versioning;

namespace Lab.Core.Memory;

/// <summary>
/// Puts one thread to sleep until somebody wakes it. It holds at most one permit: an <see cref="Unpark"/> before or during <see cref="Park"/> makes
/// it return at once, and any number of them count as one. Both calls exchange the state word, which is a full fence: what was written before
/// Unpark is seen after Park, and a thread that announced its sleep, looked around and found nothing is woken by whoever acts after that look.
/// Only the owning thread parks; everybody may unpark.
/// </summary>
internal sealed class Parker
{
    /// <summary>For <see cref="Park"/>: without a limit.</summary>
    internal const long Forever = long.MaxValue;

    private const int Empty = 0;
    private const int Parked = 1;
    private const int Permit = 2;

    /// <summary>Rounds of watching the word before the thread really sleeps; a few microseconds.</summary>
    private const int Spins = 8;

    private AtomicInt32 _state = new(Empty);

    /// <summary>Released exactly once by each exchange that finds Parked; so it never holds more than one.</summary>
    private readonly SemaphoreSlim _signal = new(0);

    /// <summary>Leaves the permit; wakes the owner if it sleeps.</summary>
    internal void Unpark()
    {
        if (_state.Exchange(Permit) == Parked)
        {
            _signal.Release();
        }
    }

    /// <summary>
    /// Waits for the permit and takes it, for about <paramref name="ticks"/> of 100 ns. False: there was none. The system counts such a sleep in coarse
    /// ticks of its own and may end it some milliseconds before or after: who waits for a time looks at its clock and parks again.
    /// </summary>
    internal bool Park(long ticks)
    {
        if (OperatingSystem.IsBrowser())
        {
            throw new PlatformNotSupportedException("The browser has one thread, which must not sleep.");
        }

        return TakePermitSpinning() || ParkSlow(ticks);
    }

    private bool TakePermitSpinning()
    {
        var spinner = default(SpinWait);
        for (var i = 0; i < Spins; i++)
        {
            if (_state.Read() == Permit)
            {
                // Only the owner takes the permit away, so the exchange finds it; it is the fence that pairs with Unpark's.
                _state.Exchange(Empty);
                return true;
            }

            spinner.SpinOnce(sleep1Threshold: -1);
        }

        return false;
    }

    [UnsupportedOSPlatform("browser")]
    private bool ParkSlow(long ticks)
    {
        if (!_state.TryChange(Empty, Parked))
        {
            _state.Exchange(Empty);
            return true;
        }

        if (!_signal.Wait(Milliseconds(ticks)))
        {
            if (_state.TryChange(Parked, Empty))
            {
                return false;
            }

            // An unpark found us Parked after the time had passed: its release is due, and must not be left for the next park.
            _signal.Wait();
        }

        _state.Exchange(Empty);
        return true;
    }

    /// <summary>Rounded up: sleeping too short would only mean parking again.</summary>
    private static int Milliseconds(long ticks)
    {
        if (ticks == Forever)
        {
            return Timeout.Infinite;
        }

        var milliseconds = (ticks / TimeSpan.TicksPerMillisecond) + (ticks % TimeSpan.TicksPerMillisecond > 0 ? 1 : 0);
        return (int)Math.Clamp(milliseconds, 0, int.MaxValue);
    }
}
