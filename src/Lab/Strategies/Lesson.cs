namespace Lab.Strategies;

/// <summary>What one execution teaches (<see cref="Strategy.Teach"/>). Never changed once it was made.</summary>
internal sealed class Lesson
{
    /// <summary>Choices between alternatives.</summary>
    internal required int Choices { get; init; }

    /// <summary>The steps of each task; null when nobody asked, or the sample is over.</summary>
    internal IReadOnlyList<TaskSteps>? Steps { get; init; }

    /// <summary>Steps of the clock; counted with <see cref="Steps"/>.</summary>
    internal long ClockSteps { get; init; }

    /// <summary>How often each task touched each object; null when nobody asked, or the sample is over.</summary>
    internal IReadOnlyList<Touches>? Touches { get; init; }

    internal UInt128 Fingerprint { get; init; }

    /// <summary>Which member of a portfolio answered; -1 for none.</summary>
    internal int Member { get; init; } = -1;

    internal static Lesson Of(in ExecutionFacts facts) => new() { Choices = facts.Choices };
}

/// <summary>A task of one execution.</summary>
/// <param name="Id">Its canonical id.</param>
/// <param name="Text">The id as people write it.</param>
/// <param name="Steps">Steps it took.</param>
internal readonly record struct TaskSteps(ulong Id, string Text, long Steps);

/// <summary>What one task did to one object in one execution.</summary>
/// <param name="Task">The task's canonical id.</param>
/// <param name="Object">The object's canonical id.</param>
/// <param name="Text">The object's id as people write it.</param>
/// <param name="Count">Accesses.</param>
/// <param name="IsWritten">One of them was a write.</param>
internal readonly record struct Touches(ulong Task, ulong Object, string Text, int Count, bool IsWritten);
