namespace Lab.Cli;

/// <summary>The input cannot be used. The message is one line that says what and how to mend it.</summary>
internal sealed class InputException(string message) : Exception(message);
