using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Lab.Traces;

/// <summary>
/// A trace file's text, line by line, and the current line field by field. Every method either returns what was asked for or throws
/// <see cref="TraceFormatException"/> with the current line.
/// </summary>
internal sealed class TraceLines
{
    private readonly string _text;
    private int _next;  // where the line after the current one begins
    private int _field; // where the next field of the current line begins; beyond _end once the last was taken
    private int _end;   // the line feed that ends the current line

    internal TraceLines(ReadOnlySpan<byte> bytes) => _text = Decode(bytes);

    /// <summary>The current line's number; 0 before the first.</summary>
    internal int Number { get; private set; }

    internal bool IsAtEnd => _next == _text.Length;

    /// <summary>Goes to the next line, which must begin with this word and a space.</summary>
    internal void Expect(string word)
    {
        Advance(word);
        var line = _text.AsSpan(_field, _end - _field);
        if (!line.StartsWith(word, StringComparison.Ordinal) || line.Length == word.Length || line[word.Length] != ' ')
        {
            throw Fail($"expected a line that begins with '{word} ', found '{Excerpt(line)}'");
        }

        _field += word.Length + 1;
    }

    internal string Token(string what) => Decoded(Field(what), what);

    internal int Count(string what) =>
        int.TryParse(Field(what), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw FailField(what);

    internal long Count64(string what) =>
        long.TryParse(Field(what), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw FailField(what);

    internal long Number64(string what) =>
        long.TryParse(Field(what), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw FailField(what);

    /// <summary>The rest of the line, spaces and all.</summary>
    internal string Text(string what)
    {
        var rest = _field <= _end ? _text.AsSpan(_field, _end - _field) : throw Missing(what);
        _field = _end + 1;
        return Decoded(rest, what);
    }

    internal void EndLine()
    {
        if (_field <= _end)
        {
            throw Fail($"'{Excerpt(_text.AsSpan(_field, _end - _field))}' is more than belongs on this line");
        }
    }

    internal TraceFormatException Fail(string problem, string remedy = TraceFormatException.RecordAgain) => new(Number, problem, remedy);

    internal TraceFormatException FailField(string what) => Fail($"this is not {what}");

    private void Advance(string expected)
    {
        Number++;
        _field = _next;
        var length = _text.AsSpan(_next).IndexOf('\n');
        if (length < 0)
        {
            throw Fail(IsAtEnd ? $"the file ends where a line that begins with '{expected} ' should be" : "the file ends within a line");
        }

        _end = _next + length;
        _next = _end + 1;
        RejectControls(_text.AsSpan(_field, length));
    }

    // Every control character is written as an escape: a raw one came from outside, most often from a conversion of line ends.
    private void RejectControls(ReadOnlySpan<char> line)
    {
        if (line.IndexOfAnyInRange('\0', '\u001F') is >= 0 and var at)
        {
            throw line[at] == '\r'
                ? Fail("a carriage return", "something converted the line ends: write '*.trace text eol=lf' into .gitattributes and restore the file")
                : Fail("a control character that no trace contains");
        }
    }

    private ReadOnlySpan<char> Field(string what)
    {
        if (_field > _end)
        {
            throw Missing(what);
        }

        var rest = _text.AsSpan(_field, _end - _field);
        var length = rest.IndexOf(' ');
        length = length < 0 ? rest.Length : length;
        _field += length + 1;
        return rest[..length];
    }

    private string Decoded(ReadOnlySpan<char> spelled, string what) => TraceText.TryDecode(spelled, out var value) ? value : throw FailField(what);

    private TraceFormatException Missing(string what) => Fail($"the line ends where {what} should be");

    private static string Excerpt(ReadOnlySpan<char> line) =>
        TraceText.Printable(line.Length <= 40 ? line.ToString() : string.Concat(line[..40], "..."));

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        var chars = ArrayPool<char>.Shared.Rent(bytes.Length);
        try
        {
            var status = Utf8.ToUtf16(bytes, chars, out var read, out var written, replaceInvalidSequences: false);
            return status == OperationStatus.Done
                ? new string(chars, 0, written)
                : throw new TraceFormatException(bytes[..read].Count((byte)'\n') + 1, "this is not UTF-8 text");
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }
}
