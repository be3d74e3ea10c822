using Lab.Properties.Causality;
using Lab.Traces;

namespace Lab.Properties.Traces;

/// <summary>Interleavings of small programs as traces: step i + 1 is access i.</summary>
internal static class SmallTraces
{
    internal static Trace Of(IReadOnlyList<SmallAccess> interleaving) => TraceArbitrary.With(
        SampleTraces.Trace,
        [],
        [.. interleaving.Select((access, i) => new TraceEvent(
            i + 1, $"0.{access.Task}", access.IsWrite ? "SharedWritten" : "SharedRead", $"shared@x#{access.Object}", "", 0, ""))]);
}
