namespace Lab.Reports;

/// <summary>What a report says beside what the failure itself knows.</summary>
public sealed record FailureReportOptions
{
    /// <summary>The name of what failed. Default: the one in the trace, or "program".</summary>
    public string? Scenario { get; init; }

    /// <summary>The lines that repeat the failure, each ready to be pasted. Default: made from the trace.</summary>
    public IReadOnlyList<string>? Replay { get; init; }

    /// <summary>Lines of the table at most; at least 8. Default: 100.</summary>
    public int Rows { get; init; } = InterleavingTable.DefaultRows;
}
