namespace Lab.Oracles;

/// <summary>
/// One rule that is judged while an execution runs. It sees single events, keeps what it must remember in the counters of the object's shadow, and
/// counts what it judged, so that "nothing was there to judge" is told from "everything was right".
/// </summary>
internal abstract class LiveOracle(string name, Breach breach)
{
    /// <summary>The name in verdicts and options: kebab-case.</summary>
    internal string Name { get; } = name;

    /// <summary>Events judged since the lab was made, over all executions.</summary>
    internal long Judged { get; private protected set; }

    private protected void Break(string text) => breach.Report(VerdictKind.OracleViolation, $"{Name}: {text}");

    private protected void Report(VerdictKind kind, string text) => breach.Report(kind, text);
}
