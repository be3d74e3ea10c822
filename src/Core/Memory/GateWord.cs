using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Lab.Core.Observing;

namespace Lab.Core.Memory;

/// <summary>
/// A gate inside of another object, for types of which there are very many. Must be a field that is neither read-only nor copied. What it promises
/// is written at <see cref="Gate"/>.
/// </summary>
internal struct GateWord
{
    private int _holder;

    /// <summary>What <see cref="Enter(int)"/> wants, for loops through many gates: asking for it costs a third of entering.</summary>
    internal static int Me
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Environment.CurrentManagedThreadId;
    }

    /// <summary>True when the calling thread is inside; for assertions.</summary>
    internal readonly bool IsHeld => OperatingSystem.IsBrowser() || Volatile.Read(in _holder) == Me;

    /// <summary>Enters; <c>using (gate.Enter()) { ... }</c>. Entering is a full fence, leaving releases.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Held Enter() => Instrumentation.IsEnabled ? EnterObserved() : Enter(Me);

    /// <summary>Enters as the thread <paramref name="me"/>, which must be the calling one.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Held Enter(int me)
    {
        if (Instrumentation.IsEnabled)
        {
            return EnterObserved();
        }

        Take(me);
        return new Held(ref _holder, null);
    }

    [UnscopedRef]
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
            Take(Me);
        }

        return new Held(ref _holder, watch);
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
        private readonly ref int _holder;

        // Where the entry was counted; null natively.
        private readonly GateWatch? _watch;

        internal Held(ref int holder, GateWatch? watch)
        {
            _holder = ref holder;
            _watch = watch;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose()
        {
            if (!OperatingSystem.IsBrowser())
            {
                Volatile.Write(ref _holder, 0);
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
