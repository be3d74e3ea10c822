using Lab.Core.Scheduling;

namespace Lab.Execution;

/// <summary>Something from outside reached the lab.</summary>
/// <param name="Task">The task that it was meant for; null if it set a timer of the lab's clock, or used an object.</param>
/// <param name="By">Who posted, for people.</param>
/// <param name="IsStale">The task, or the object, belongs to an execution that has ended.</param>
/// <param name="Use">How it used an object; null if it did not.</param>
internal sealed record ForeignPost(RuntimeTask? Task, string By, bool IsStale, ForeignUse? Use = null);
