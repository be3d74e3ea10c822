namespace Lab.Generators;

/// <summary>A generated program saw what the core must never show. The message says what.</summary>
public sealed class ProgramModelException(string message) : Exception(message);
