using System.Runtime.CompilerServices;
using Lab.Core.Observing;

namespace Lab.Core.Memory;

/// <summary>
/// The core's only lock. Short critical sections, no user code inside, never two gates at once unless the type says in which order. Not re-entrant:
/// entering twice on one thread is a bug of ours and throws.
/// </summary>
/// <remarks>
/// An observer hears of an entry before it and of an exit after it: what it does there is outside of the section.
/// One word: 0 when free, else the managed id of the thread that is inside. Uncontended it is one compare-exchange in and one release store out.
/// Under contention it spins and then yields the processor; sections are tens of nanoseconds, so nobody is ever queued in the kernel.
/// On a platform with one thread (browser) it is nothing at all.
/// </remarks>
internal sealed class Gate
{
    private int _holder;

    /// <summary>Enters; <c>using (gate.Enter()) { ... }</c>. Entering is a full fence, leaving releases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Held Enter()
    {
        if (Instrumentation.IsEnabled)
        {
            return EnterObserved();
        }

        Take(Environment.CurrentManagedThreadId);
        return new Held(this, null);
    }

    /// <summary>True when the calling thread is inside; for assertions.</summary>
    internal bool IsHeld => OperatingSystem.IsBrowser() || Volatile.Read(ref _holder) == Environment.CurrentManagedThreadId;

    private Held EnterObserved()
    {
        var watch = Instrumentation.Gates;
        if (watch is not null)
        {
            watch.Depth++;
            Take(watch.Thread);
        }
        else
        {
            Instrumentation.Report(EventKind.GateEntered);
            Take(Environment.CurrentManagedThreadId);
        }

        return new Held(this, watch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(int me)
    {
        if (!OperatingSystem.IsBrowser() && Interlocked.CompareExchange(ref _holder, me, 0) != 0)
        {
            EnterContended(me);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended(int me)
    {
        if (Volatile.Read(ref _holder) == me)
        {
            throw new InvalidOperationException("[lab bug] a gate was entered twice by one thread");
        }

        var spin = default(SpinWait);
        do
        {
            // Never sleeps for a millisecond: whoever is inside leaves within microseconds unless it was descheduled, and then yielding helps.
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref _holder) != 0 || Interlocked.CompareExchange(ref _holder, me, 0) != 0);
    }

    internal readonly ref struct Held
    {
        private readonly Gate _gate;

        // Where the entry was counted; null natively.
        private readonly GateWatch? _watch;

        internal Held(Gate gate, GateWatch? watch)
        {
            _gate = gate;
            _watch = watch;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose()
        {
            if (!OperatingSystem.IsBrowser())
            {
                Volatile.Write(ref _gate._holder, 0);
            }

            if (Instrumentation.IsEnabled)
            {
                if (_watch is { } watch)
                {
                    watch.Depth--;
                }
                else
                {
                    Instrumentation.Report(EventKind.GateExited);
                }
            }
        }
    }
}
