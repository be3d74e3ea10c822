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
    private const int Free = 0;
    private const int Somebody = -1;

    private int _holder;

    /// <summary>
    /// Who enters: where the core is observed, the calling thread. In production it is not asked for: that is a call into the runtime that takes half as
    /// long as the exchange.
    /// </summary>
    private static int Me
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Instrumentation.IsEnabled ? Environment.CurrentManagedThreadId : Somebody;
    }

    /// <summary>True when the calling thread is inside; in production, when any is. For assertions.</summary>
    internal readonly bool IsHeld => OperatingSystem.IsBrowser() || Volatile.Read(in _holder) == Me;

    /// <summary>Enters; <c>using (gate.Enter()) { ... }</c>. Entering is a full fence, leaving releases.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Held Enter()
    {
        if (Instrumentation.IsEnabled)
        {
            return EnterObserved(Instrumentation.Gates);
        }

        Take(Somebody);
        return new Held(ref _holder, null);
    }

    /// <summary>The same for a caller who knows where its thread's gates are counted; null: it does not, or nowhere.</summary>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Held Enter(GateWatch? watch)
    {
        if (Instrumentation.IsEnabled)
        {
            return EnterObserved(watch ?? Instrumentation.Gates);
        }

        Take(Somebody);
        return new Held(ref _holder, null);
    }

    /// <summary>Where the core is observed. <paramref name="watch"/> is the calling thread's.</summary>
    [UnscopedRef]
    internal Held EnterObserved(GateWatch? watch)
    {
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
        if (!OperatingSystem.IsBrowser() && Interlocked.CompareExchange(ref _holder, me, Free) != Free)
        {
            EnterContended(me);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended(int me)
    {
        if (me != Somebody && Volatile.Read(ref _holder) == me)
        {
            throw new InvalidOperationException("[lab bug] a gate was entered twice by one thread");
        }

        var spin = default(SpinWait);
        do
        {
            // Never sleeps for a millisecond: whoever is inside leaves within microseconds unless it was descheduled, and then yielding helps.
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref _holder) != Free || Interlocked.CompareExchange(ref _holder, me, Free) != Free);
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
                Volatile.Write(ref _holder, Free);
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
