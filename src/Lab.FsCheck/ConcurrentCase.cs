using Lab.Linearizability;
using Lab.Traces;

namespace Lab.Generators;

/// <summary>Who calls what, and in which order it all happens: one execution.</summary>
/// <param name="Calls">The calls.</param>
/// <param name="Schedule">The order.</param>
public sealed record ConcurrentCase(ConcurrentCalls Calls, Schedule Schedule)
{
    /// <summary>The calls; the schedule, as deviations from the default one.</summary>
    public override string ToString() => $"{Calls}   (schedule: {Schedule})";
}
