using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Lab.Core.Observing;

/// <summary>
/// The feature switch of observation. Off (the default) the property is a constant to the tier-1 JIT and to the trimmer, and every
/// <c>if (Instrumentation.IsEnabled)</c> in the core is deleted. One value per process: a lab needs it on.
/// </summary>
internal static class Instrumentation
{
    internal const string SwitchName = "Lab.Core.Instrumentation";

    [ThreadStatic]
    private static IObserver? t_current;

    [ThreadStatic]
    private static GateWatch? t_gates;

    [FeatureSwitchDefinition(SwitchName)]
    internal static bool IsEnabled { get; } = AppContext.TryGetSwitch(SwitchName, out var on) && on;

    /// <summary>Who observes what this thread does; null on threads that run no observed step. Ask only when <see cref="IsEnabled"/>.</summary>
    internal static IObserver? Current
    {
        get => t_current;
        set => t_current = value;
    }

    /// <summary>Where this thread's gates are counted; null where they are reported as events, or nobody observes.</summary>
    internal static GateWatch? Gates
    {
        get => t_gates;
        set => t_gates = value;
    }

    /// <summary><see cref="Gates"/>, without asking the thread where nobody can observe.</summary>
    internal static GateWatch? GatesIfObserved => IsEnabled ? t_gates : null;

    /// <summary>First thing in a call of the program's that changes a cancellation; see <see cref="IObserver.Entering"/>.</summary>
    internal static void Entering()
    {
        if (IsEnabled)
        {
            t_current?.Entering();
        }
    }

    /// <summary>Reports one event of the calling thread. Callers guard it with <see cref="IsEnabled"/> so that it costs nothing when off.</summary>
    internal static void Report(EventKind kind, TracedObject? target = null, long a = 0, long b = 0)
    {
        if (t_current is { } observer)
        {
            observer.On(kind, target, a, b);
        }
        else if (target is not null && kind is not (EventKind.StateRead or EventKind.CancelChecked))
        {
            // Who only looks changes nothing: a thread that watches is no escape.
            ReportUnobserved(target);
        }
    }

    /// <summary>The same for a caller who knows where its thread's gates are counted, and need not ask the thread; null: it does not, or nowhere.</summary>
    internal static void Report(GateWatch? watch, EventKind kind, TracedObject? target = null, long a = 0, long b = 0)
    {
        if (watch is not null)
        {
            watch.Observer.On(kind, target, a, b);
        }
        else
        {
            Report(kind, target, a, b);
        }
    }

    /// <summary>Nobody observes this thread, but somebody may know the object: then it is used behind his back.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReportUnobserved(TracedObject target) => (target.Shadow as IShadow)?.UsedUnobserved(target);
}
