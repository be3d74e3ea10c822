namespace Lab.Reports.Viewer;

/// <summary>What a page shows beside the execution.</summary>
public sealed record ViewerOptions
{
    /// <summary>The line that replays it. Default: none.</summary>
    public string Replay { get; init; } = "";

    /// <summary>The text of a source line, asked for once for each <c>File.cs:12</c>; null where it is not known. Default: none is known.</summary>
    public Func<string, string?> Source { get; init; } = static _ => null;
}
