namespace Lab.Generators;

/// <summary>A message of a generated program: who sent it and as which of its messages on that channel, from 0.</summary>
internal readonly record struct ProgramMessage(int Sender, int Sequence);
