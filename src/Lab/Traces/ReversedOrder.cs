namespace Lab.Traces;

/// <summary>
/// Two operations of different tasks on one object, at least one of them a write, that happened in one order in A and in the other in B.
/// </summary>
/// <param name="FirstInA">The one that came first in A.</param>
/// <param name="SecondInA">The one that came second in A.</param>
/// <param name="FirstInB">The one that came first in B: the same operation as <paramref name="SecondInA"/>.</param>
/// <param name="SecondInB">The one that came second in B: the same operation as <paramref name="FirstInA"/>.</param>
public sealed record ReversedOrder(TraceOperation FirstInA, TraceOperation SecondInA, TraceOperation FirstInB, TraceOperation SecondInB);
