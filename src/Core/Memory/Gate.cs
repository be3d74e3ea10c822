using System.Runtime.CompilerServices;
using Lab.Core.Observing;

namespace Lab.Core.Memory;

/// <summary>
/// The core's only lock. Short critical sections, no user code inside, never two gates at once unless the type says in which order. Not re-entrant:
/// entering twice on one thread is a bug of ours, and throws wherever the core is observed (labs and tests).
/// </summary>
/// <remarks>
/// An observer hears of an entry before it and of an exit after it: what it does there is outside of the section.
/// One word (<see cref="GateWord"/>): 0 when free, else who is inside (in production only that somebody is). Uncontended it is one compare-exchange
/// in and one release store out. Under contention it spins and then yields the processor; sections are tens of nanoseconds, so nobody is ever queued in
/// the kernel. On a platform with one thread (browser) it is nothing at all.
/// </remarks>
internal sealed class Gate
{
    private GateWord _word;

    /// <summary>Where the entry of whoever is inside was counted; written on entering, and read, under the gate. Null natively.</summary>
    private GateWatch? _inside;

    /// <inheritdoc cref="GateWord.IsHeld"/>
    internal bool IsHeld => _word.IsHeld;

    /// <inheritdoc cref="GateWord.Enter()"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal GateWord.Held Enter() => Instrumentation.IsEnabled ? EnterObserved(Instrumentation.Gates) : _word.Enter();

    /// <summary>The same on the thread of <paramref name="watch"/>, which need not be looked up then; null: that is not known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal GateWord.Held Enter(GateWatch? watch) => Instrumentation.IsEnabled ? EnterObserved(watch ?? Instrumentation.Gates) : _word.Enter();

    /// <summary>Under the gate: reports an event of whoever is inside. Callers guard it with <see cref="Instrumentation.IsEnabled"/>.</summary>
    internal void Report(EventKind kind, TracedObject target, long a = 0, long b = 0)
    {
        if (_inside is { } watch)
        {
            watch.Observer.On(kind, target, a, b);
        }
        else
        {
            Instrumentation.Report(kind, target, a, b);
        }
    }

    private GateWord.Held EnterObserved(GateWatch? watch)
    {
        var held = _word.EnterObserved(watch);
        if (!ReferenceEquals(_inside, watch))
        {
            _inside = watch;
        }

        return held;
    }
}
