using System.Net;
using System.Text;
using Lab.Traces;

namespace Lab.Reports.Viewer;

/// <summary>
/// An execution as one self-contained page: no network, opens from disk. Swim lanes over steps and virtual time, a scrubber, the state of every object at
/// each step, happens-before arrows, filters. About 40 bytes an event beside 40 KB; what is drawn is only what is visible.
/// </summary>
public static class ViewerPage
{
    /// <summary>The page of one execution.</summary>
    /// <param name="trace">The execution; one without events shows only its verdict.</param>
    /// <param name="options">What else to show; null for nothing.</param>
    public static string Of(Trace trace, ViewerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return Page($"{trace.Scenario}: {trace.Verdict.Kind}", ViewerData.Of(trace, options ?? new ViewerOptions()));
    }

    /// <summary>The page of two executions side by side, aligned by cause, with the reversed orders marked.</summary>
    public static string Of(TraceDiff diff, ViewerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(diff);
        return Page($"{diff.A.Scenario}: {diff.A.Verdict.Kind} and {diff.B.Verdict.Kind}", ViewerData.Of(diff, options ?? new ViewerOptions()));
    }

    private static string Page(string title, string data) => Resource("viewer.html")
        .Replace("{{title}}", WebUtility.HtmlEncode(title), StringComparison.Ordinal)
        .Replace("{{style}}", Resource("viewer.css"), StringComparison.Ordinal)
        .Replace("{{script}}", Resource("viewer.js"), StringComparison.Ordinal)
        .Replace("{{data}}", data, StringComparison.Ordinal);

    private static string Resource(string name)
    {
        using var stream = typeof(ViewerPage).Assembly.GetManifestResourceStream($"Lab.Viewer.{name}")
            ?? throw new InvalidOperationException($"[lab bug] the assembly has no resource {name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
