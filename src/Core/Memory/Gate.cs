using System.Runtime.CompilerServices;

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

    /// <inheritdoc cref="GateWord.IsHeld"/>
    internal bool IsHeld => _word.IsHeld;

    /// <inheritdoc cref="GateWord.Enter()"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal GateWord.Held Enter() => _word.Enter();
}
