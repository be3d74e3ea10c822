using Lab.Core.Scheduling;

namespace Lab.Execution;

/// <summary>Something from outside reached the lab.</summary>
/// <param name="Task">The task that it was meant for; null if it set a timer of the lab's clock.</param>
/// <param name="By">Who posted, for people.</param>
/// <param name="IsStale">The task belongs to an execution that has ended.</param>
internal sealed record ForeignPost(RuntimeTask? Task, string By, bool IsStale);
