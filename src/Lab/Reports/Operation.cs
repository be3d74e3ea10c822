namespace Lab.Reports;

/// <summary>What a task did, in words.</summary>
/// <param name="Text">A verb and its object; empty for what is not worth a line.</param>
/// <param name="Waits">What it waits for, if it goes on only later.</param>
internal sealed record Operation(string Text, string? Waits)
{
    internal static Operation Hidden { get; } = new("", null);
}
