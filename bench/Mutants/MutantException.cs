namespace Lab.Bench.Mutants;

/// <summary>A mutant that cannot be made.</summary>
internal sealed class MutantException(string message) : Exception(message);
