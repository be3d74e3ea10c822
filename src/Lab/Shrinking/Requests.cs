using Lab.Core.Observing;
using Lab.Traces;

namespace Lab.Shrinking;

/// <summary>
/// A trace in which an operation is the same one whether it could complete at once or had to wait: what matters to why a program failed is who asked
/// first, and that one had to wait follows from it.
/// </summary>
internal static class Requests
{
    internal static Trace Of(Trace trace) => new()
    {
        Scenario = trace.Scenario,
        Seed = trace.Seed,
        Strategy = trace.Strategy,
        Decisions = trace.Decisions,
        Tasks = trace.Tasks,
        Events = [.. trace.Events.Select(static e => e with { Kind = Kind(e.Kind) })],
        Verdict = trace.Verdict,
    };

    private static string Kind(string kind) => kind switch
    {
        nameof(EventKind.MutexWaiting) => nameof(EventKind.MutexLocked),
        nameof(EventKind.SemaphoreWaiting) => nameof(EventKind.SemaphoreAcquired),
        nameof(EventKind.ChannelReserveWaiting) => nameof(EventKind.ChannelReserved),
        nameof(EventKind.ChannelReceiveWaiting) => nameof(EventKind.ChannelReceived),
        nameof(EventKind.OneshotWaiting) => nameof(EventKind.OneshotReceived),
        nameof(EventKind.NotifyPermitTaken) => nameof(EventKind.NotifyWaiting),
        nameof(EventKind.NotifyOneStored) => nameof(EventKind.NotifyOneWoke),
        _ => kind,
    };
}
