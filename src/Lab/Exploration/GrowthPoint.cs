namespace Lab.Exploration;

/// <summary>How many different interleavings the first executions showed.</summary>
/// <param name="Executions">A power of two, or all there were.</param>
/// <param name="Distinct">Different fingerprints among them.</param>
public readonly record struct GrowthPoint(long Executions, long Distinct);
