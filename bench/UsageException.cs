namespace Lab.Bench;

/// <summary>What was asked for makes no sense; the message says what to ask for instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
