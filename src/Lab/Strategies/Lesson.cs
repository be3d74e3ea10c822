namespace Lab.Strategies;

/// <summary>What one execution teaches (<see cref="Strategy.Teach"/>).</summary>
internal sealed class Lesson
{
    /// <summary>Choices between alternatives.</summary>
    internal required int Choices { get; init; }

    internal static Lesson Of(in ExecutionFacts facts) => new() { Choices = facts.Choices };
}
