namespace Lab.Traces;

/// <summary>
/// One answer to "which of these?", as text that means the same in every execution of the program. Strict replay compares all four.
/// </summary>
/// <param name="Alternatives">How many answers there were; at least 1 (a lab records none with only one).</param>
/// <param name="Choice">Who was chosen: a task's path (<c>0.1</c>), <c>clock</c>, a worker (<c>worker:2</c>), or for a random draw the number drawn.</param>
/// <param name="Operation">What the chosen one was about to do: the lower-case name of the operation, for example <c>send</c>.</param>
/// <param name="Object">The object it was about to touch (<c>channel@0#1</c>); empty if none.</param>
public sealed record Decision(int Alternatives, string Choice, string Operation, string Object);
