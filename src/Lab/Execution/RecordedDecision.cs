using Lab.Core.Observing;

namespace Lab.Execution;

/// <summary>One decision of the last execution: canonical ids only. Made into text for files and reports.</summary>
/// <param name="Alternatives">How many there were; at least 2.</param>
/// <param name="Operation">What the chosen one was about to do.</param>
/// <param name="Choice">The chosen task, <c>clock</c> or worker as an id's hash; for random draws the value.</param>
/// <param name="Object">What the operation was on, as an id's hash; 0 for none.</param>
internal readonly record struct RecordedDecision(int Alternatives, OperationKind Operation, ulong Choice, ulong Object);
