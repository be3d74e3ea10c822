using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;

namespace Lab.Exploration;

/// <summary>A program that has a name.</summary>
/// <param name="Name">As in <see cref="ScenarioAttribute"/>.</param>
/// <param name="AssemblyName">Simple name of the assembly that holds it.</param>
/// <param name="Method">The method for people: <c>Type.Method</c>.</param>
/// <param name="Program">The method itself.</param>
public sealed record Scenario(string Name, string AssemblyName, string Method, Func<Cx, Task> Program)
{
    /// <summary>One line for people; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The verdict with which it is meant to fail; null if it is meant to pass.</summary>
    public VerdictKind? Expected { get; init; }

    /// <summary>The options it asks for.</summary>
    public LabOptions Options { get; init; } = new();

    /// <summary>Whether an exploration that ended with <paramref name="verdict"/> is what its author expects.</summary>
    public bool Expects(VerdictKind verdict) => verdict == (Expected ?? VerdictKind.Passed);

    /// <summary>Options for exploring it under its own name; set the budget and the seed with <c>with</c>.</summary>
    public ExploreOptions ToExploreOptions() => new() { Scenario = Name, AssemblyName = AssemblyName, Lab = Options };
}
