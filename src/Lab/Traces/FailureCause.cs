namespace Lab.Traces;

/// <summary>How a failing execution differs from the nearest one that passes.</summary>
/// <param name="Reversed">Dependent operations in another order: A is the passing execution, B the failing one. What follows from these is left out.</param>
/// <param name="OnlyInFailing">Operations that the passing one has not.</param>
/// <param name="OnlyInPassing">Operations that the failing one has not.</param>
/// <param name="Passing">The passing execution.</param>
public sealed record FailureCause(
    IReadOnlyList<ReversedOrder> Reversed, IReadOnlyList<TraceOperation> OnlyInFailing, IReadOnlyList<TraceOperation> OnlyInPassing, Trace Passing);
