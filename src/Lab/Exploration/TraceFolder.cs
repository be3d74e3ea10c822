using System.Globalization;
using Lab.Execution;
using Lab.Traces;

namespace Lab.Exploration;

/// <summary>Writes the traces of failures to a folder, under names that say what they are and are the same each time.</summary>
internal static class TraceFolder
{
    /// <summary>The environment variable that names the folder for <see cref="LabRuntime"/> when the options name none.</summary>
    public const string Variable = "LAB_TRACES";

    private const int MaxName = 100;

    /// <summary><c>NAME-VERDICT-SEED-INDEX.trace</c>: the seed of the exploration, the index of the execution in it.</summary>
    public static string FileName(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return string.Create(CultureInfo.InvariantCulture, $"{Plain(trace.Scenario)}-{Plain(trace.Verdict.Kind)}-{trace.Seed}-{trace.Execution}.trace");
    }

    /// <summary>
    /// Writes the result's trace and returns the result with its path; the result itself when it has no trace or <paramref name="folder"/> is null or empty.
    /// A file that cannot be written is no reason to lose the failure: the result says why.
    /// </summary>
    public static LabResult Save(LabResult result, string? folder)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Trace is null || string.IsNullOrEmpty(folder))
        {
            return result;
        }

        return SaveAs(result, Path.Combine(folder, FileName(result.Trace)));
    }

    /// <summary>The same under a name that the caller chose. The result has a trace.</summary>
    public static LabResult SaveAs(LabResult result, string path)
    {
        try
        {
            TraceFile.Save(result.Trace!, path);
            return result with { TracePath = path, TraceError = null };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return result with { TracePath = null, TraceError = e.Message.TrimEnd('.') };
        }
    }

    /// <summary>What can stand in a file name on every system, and needs no quotes in any shell.</summary>
    private static string Plain(string text)
    {
        var plain = string.Concat(text.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')).Trim('-', '.');
        return plain.Length == 0 ? "program" : plain[..Math.Min(plain.Length, MaxName)];
    }
}
