namespace Lab.Oracles;

/// <summary>An exception that brings the verdict with it: what judged inside of the program knows better than "an exception" what was wrong.</summary>
public abstract class VerdictException(VerdictKind kind, string message, Exception? innerException) : Exception(message, innerException)
{
    /// <summary>What the execution is judged as when this leaves the program.</summary>
    public VerdictKind Kind { get; } = kind;
}
