namespace Lab.Execution;

/// <summary>Ends the work of a thread that nobody waits for any more.</summary>
internal sealed class LabThreadGivenUpException : Exception;
