using System.Runtime.CompilerServices;
using Lab.Core.Observing;

namespace Lab.Core.Memory;

/// <summary>
/// The core's only lock. Short critical sections, no user code inside, never two gates at once unless the type says in which order.
/// Natively it is the BCL's <see cref="Lock"/>; on a platform with one thread (browser) it is nothing at all.
/// Construct it with <c>new()</c>; a default value has no lock.
/// </summary>
internal readonly struct Gate
{
    private readonly Lock? _lock;

    public Gate() => _lock = OperatingSystem.IsBrowser() ? null : new Lock();

    /// <summary>Enters; <c>using (gate.Enter()) { ... }</c>. Entering and leaving are full fences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Held Enter()
    {
        if (!OperatingSystem.IsBrowser())
        {
            _lock!.Enter();
        }

        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.GateEntered);
        }

        return new Held(_lock);
    }

    /// <summary>True when the calling thread holds this gate; for assertions.</summary>
    internal bool IsHeld => _lock is null || _lock.IsHeldByCurrentThread;

    internal readonly ref struct Held
    {
        private readonly Lock? _lock;

        internal Held(Lock? entered) => _lock = entered;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose()
        {
            if (Instrumentation.IsEnabled)
            {
                Instrumentation.Report(EventKind.GateExited);
            }

            if (!OperatingSystem.IsBrowser())
            {
                _lock!.Exit();
            }
        }
    }
}
