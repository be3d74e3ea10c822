using System.Text;

namespace Lab.Traces;

/// <summary>Lines of at most 80 columns. What is longer goes on below, at the column where its text began; nothing is cut off.</summary>
internal sealed class WrappedText
{
    internal const int Columns = 80;

    private readonly StringBuilder _output = new();

    internal void Blank() => _output.Append('\n');

    /// <summary>A lead that is written as it is, and a text that is wrapped beside it.</summary>
    /// <param name="lead">Before the first line.</param>
    /// <param name="text">Without line ends. If it is indented, what follows its first line is, by two more.</param>
    /// <param name="further">Before the lines that follow it, as long as <paramref name="lead"/>; null for spaces.</param>
    internal void Line(string lead, string text, string? further = null)
    {
        var left = TraceText.Printable(text).AsSpan();
        var indent = left.Length - left.TrimStart(' ').Length;
        var width = Math.Max(Columns - lead.Length, 20);
        var start = lead;
        do
        {
            var length = Fit(left, Math.Max(width, indent + 1));
            _output.Append(string.Concat(start, left[..length]).TrimEnd()).Append('\n');
            left = left[length..].TrimStart(' ');
            if (start == lead)
            {
                start = (further ?? new string(' ', lead.Length)) + new string(' ', indent == 0 ? 0 : indent + 2);
                width = Math.Max(Columns - start.Length, 20);
            }
        }
        while (!left.IsEmpty);
    }

    public override string ToString() => _output.ToString();

    // Up to the last space that leaves the line within the width; a word longer than that is broken.
    private static int Fit(ReadOnlySpan<char> text, int width)
    {
        if (text.Length <= width)
        {
            return text.Length;
        }

        var space = text[..(width + 1)].LastIndexOf(' ');
        return space > 0 && !text[..space].IsWhiteSpace() ? space : char.IsHighSurrogate(text[width - 1]) ? width - 1 : width;
    }
}
