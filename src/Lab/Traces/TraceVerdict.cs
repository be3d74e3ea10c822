namespace Lab.Traces;

/// <summary>How an execution ended.</summary>
/// <param name="Kind">One word, for example <c>Passed</c> or <c>Deadlock</c>.</param>
/// <param name="Message">What went wrong, in any number of lines; empty if nothing did.</param>
public sealed record TraceVerdict(string Kind, string Message);
