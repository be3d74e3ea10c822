namespace Lab.Traces;

/// <summary>
/// Two accesses of one shared variable by different tasks, at least one of them a write, that no synchronisation puts in an order. In this execution
/// the first came first; in another it may be the other way round, and on a machine both at once.
/// </summary>
/// <param name="Object">The variable.</param>
/// <param name="First">The access that came first.</param>
/// <param name="Second">The access that came second.</param>
public sealed record Race(string Object, TraceEvent First, TraceEvent Second);
