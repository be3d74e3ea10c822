using Lab.Execution;

namespace Lab.Exploration;

/// <summary>
/// Makes a method known to the <c>lab</c> command by a name. The method is <c>static Task X(Cx cx)</c>; it is called once per execution and builds
/// all its state anew.
/// </summary>
/// <param name="name">Unique in its assembly: lower-case letters, digits and single dashes, as in <c>lost-update</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScenarioAttribute(string name) : Attribute
{
    /// <summary>The name by which the command line and trace files know it.</summary>
    public string Name { get; } = name;

    /// <summary>One line for <c>lab list</c>. Default: empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>
    /// The verdict with which this scenario is meant to fail, by its kebab-case name (<c>deadlock</c>, <c>assertion-failed</c>); null for one that is
    /// meant to pass. <c>lab explore --all</c> holds every scenario to it.
    /// </summary>
    public string? ExpectedVerdict { get; init; }

    /// <summary>Who may run next. Default: <see cref="DispatchKind.Explored"/>.</summary>
    public DispatchKind Dispatch { get; init; }

    /// <summary>When virtual time may move. Default: <see cref="TimeModel.Lag"/>.</summary>
    public TimeModel Time { get; init; }

    /// <summary>Steps after which an execution is stopped; 0 for the lab's own limit. Default: 0.</summary>
    public long StepLimit { get; init; }
}
