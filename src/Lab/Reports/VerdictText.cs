using System.Text;
using Lab.Oracles;
using Lab.Traces;

namespace Lab.Reports;

/// <summary>What a verdict says, below its headline: what the lab says at most 80 columns wide, what a program says as it said it.</summary>
internal static class VerdictText
{
    private const string Indent = "  ";

    // The program's own words, and a history that is laid out in columns.
    private static readonly string[] s_asTheyAre = [.. new[] { VerdictKind.AssertionFailed, VerdictKind.Exception, VerdictKind.NotLinearizable }.Select(Verdict.NameOf)];

    /// <param name="kind">The verdict's name: <c>deadlock</c>.</param>
    /// <param name="message">Lines; objects are named as in <paramref name="names"/>.</param>
    /// <param name="names">Null to leave names as they are in the message.</param>
    internal static string Of(string kind, string message, ReportNames? names)
    {
        var lines = FailureReport.Lines(names?.Shorten(message) ?? message);
        if (s_asTheyAre.Contains(kind))
        {
            return string.Concat(lines.Select(static line => line.Length == 0 ? "\n" : $"{Indent}{line}\n"));
        }

        return OfTheLab(lines, Indent);
    }

    /// <summary>What the lab says beside the verdict.</summary>
    internal static string OfNote(string note, ReportNames? names) => OfTheLab(FailureReport.Lines(names?.Shorten(note) ?? note), "  Note: ");

    private static string OfTheLab(string[] lines, string first)
    {
        var text = new WrappedText();
        foreach (var (lead, words, further) in WaitForCycle.Drawn(lines))
        {
            text.Line(first + lead, words, Indent + further);
            first = Indent;
        }

        return text.ToString();
    }

    /// <summary>A line of the report itself; nothing is cut off.</summary>
    internal static string Wrapped(string lead, string text, string? further = null)
    {
        var lines = new WrappedText();
        lines.Line(lead, text, further);
        return lines.ToString();
    }
}
