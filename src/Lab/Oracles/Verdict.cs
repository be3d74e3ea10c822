namespace Lab.Oracles;

/// <summary>The judgement on one execution.</summary>
/// <param name="Kind">What.</param>
/// <param name="Message">For people; may have several lines. Empty for a pass.</param>
public sealed record Verdict(VerdictKind Kind, string Message)
{
    /// <summary>Nothing wrong was seen in this one execution.</summary>
    public static Verdict Passed { get; } = new(VerdictKind.Passed, "");

    /// <summary>The program's own exception, when it was one.</summary>
    public Exception? Exception { get; init; }

    /// <summary>Where it was thrown, innermost frame first, where somebody wrote that down; null: ask the exception.</summary>
    internal IReadOnlyList<string>? Site { get; init; }

    /// <summary>What happened besides, for example a deadlock while draining after a failure. Never a replacement.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Anything but a pass.</summary>
    public bool IsFailure => Kind != VerdictKind.Passed;

    /// <summary>The name in traces and on the command line: <c>lost-wakeup</c>.</summary>
    public string Name => NameOf(Kind);

    /// <summary>The kebab-case name of a kind.</summary>
    public static string NameOf(VerdictKind kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>Same judgement: kind and first line agree. What replay compares.</summary>
    public bool IsSameAs(Verdict other) => Kind == other.Kind && FirstLine == other.FirstLine;

    /// <summary>The same, but for the numbers that the program itself says. Where they are said is not looked at here.</summary>
    internal bool IsLike(Verdict other) =>
        Kind == other.Kind && (Kind is VerdictKind.AssertionFailed or VerdictKind.Exception ? NumberedText.AreAlike(FirstLine, other.FirstLine) : FirstLine == other.FirstLine);

    /// <summary>The message's first line.</summary>
    public string FirstLine => Message.Split('\n', 2)[0];

    /// <summary>Message and notes.</summary>
    public string Text => Notes.Count == 0 ? Message : $"{Message}\n{string.Join('\n', Notes.Select(static note => $"note: {note}"))}";

    /// <summary>The name, and the text where there is one.</summary>
    public override string ToString() => Text.Length == 0 ? Name : $"{Name}: {Text}";

    /// <summary>The same with one more note.</summary>
    internal Verdict WithNote(string note) => this with { Notes = [.. Notes, note] };
}
