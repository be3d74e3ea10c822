using System.Globalization;

namespace Lab.Traces;

/// <summary>A text is not a trace, or not one that this version reads. The message says in which line, what is wrong and what to do.</summary>
public sealed class TraceFormatException : FormatException
{
    internal const string RecordAgain = "the file was edited or truncated: record it again with `lab explore`";

    internal TraceFormatException(int line, string problem, string remedy = RecordAgain)
        : base(string.Create(CultureInfo.InvariantCulture, $"line {line}: {problem}; {remedy}.")) => Line = line;

    internal TraceFormatException(string path, TraceFormatException cause)
        : base($"{path}: {cause.Message}", cause) => Line = cause.Line;

    /// <summary>The line where reading stopped; 1 is the first.</summary>
    public int Line { get; }
}
