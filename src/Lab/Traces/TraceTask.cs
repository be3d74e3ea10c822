namespace Lab.Traces;

/// <summary>A task of an execution.</summary>
/// <param name="Id">Its path, for example <c>0.1</c>.</param>
/// <param name="Name">The name the program gave it; empty if none. Names are for people and identify nothing.</param>
public sealed record TraceTask(string Id, string Name);
