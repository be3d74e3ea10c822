using System.Text;

namespace Lab.Traces;

/// <summary>
/// Stores traces as text: versioned, readable, the same bytes on every machine. What was read and is written again is equal byte for byte.
/// <code>
/// lab-trace 1
/// scenario Bank.Tests.No_money_is_lost
/// ...
/// decisions 2
/// d 3 0.2 send channel@0#1        one of 3 alternatives: task 0.2 sends
/// d 2 clock clock clock           one of 2: the clock moves
/// ...
/// end 6d3c5bc0b1cf5a51            a checksum of everything before
/// </code>
/// </summary>
public static class TraceFile
{
    /// <summary>The largest file that is read or written: 64 MiB.</summary>
    /// <value>In bytes.</value>
    public const int MaxBytes = 64 * 1024 * 1024;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const string TooLarge = "a trace has at most 64 MiB";

    /// <summary>The file's whole text.</summary>
    /// <exception cref="ArgumentException">The trace has two options of one name, a negative count, or would be larger than <see cref="MaxBytes"/>.</exception>
    public static string ToText(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var text = TraceWriter.Write(trace);
        return Encoding.UTF8.GetByteCount(text) <= MaxBytes ? text : throw new ArgumentException(TooLarge, nameof(trace));
    }

    /// <summary>Writes a trace as UTF-8 and leaves the stream open.</summary>
    /// <exception cref="ArgumentException">As <see cref="ToText"/>; nothing was written.</exception>
    public static void Write(Trace trace, Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Encoding.UTF8.GetBytes(ToText(trace)));
    }

    /// <summary>Writes a trace. The writer must not convert line ends, and must encode as UTF-8 where it encodes.</summary>
    /// <exception cref="ArgumentException">As <see cref="ToText"/>; nothing was written.</exception>
    public static void Write(Trace trace, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(ToText(trace));
    }

    /// <summary>Writes a trace to a file, whose folder is made if need be. The file is replaced as a whole: no reader sees half of it.</summary>
    /// <exception cref="ArgumentException">As <see cref="ToText"/>; nothing was written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    public static void Save(Trace trace, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WholeFile.Write(path, Encoding.UTF8.GetBytes(ToText(trace)));
    }

    /// <summary>Reads the text of a trace.</summary>
    /// <exception cref="TraceFormatException">The text is not a trace, is damaged, is of a newer version, or is larger than <see cref="MaxBytes"/>.</exception>
    public static Trace Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxBytes)
        {
            throw TooLargeToRead();
        }

        try
        {
            var bytes = s_strict.GetBytes(text);
            return bytes.Length <= MaxBytes ? TraceReader.Read(bytes) : throw TooLargeToRead();
        }
        catch (EncoderFallbackException e)
        {
            throw new TraceFormatException(text.AsSpan(0, e.Index).Count('\n') + 1, "half of a surrogate pair stands alone");
        }
    }

    /// <summary>Reads a trace, to the end of the stream, and leaves the stream open.</summary>
    /// <exception cref="TraceFormatException">As <see cref="Parse"/>.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static Trace Read(Stream input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (input.Read(buffer) is > 0 and var read)
        {
            if (content.Length + read > MaxBytes)
            {
                throw TooLargeToRead();
            }

            content.Write(buffer, 0, read);
        }

        return TraceReader.Read(content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>Reads a trace from a file.</summary>
    /// <exception cref="TraceFormatException">As <see cref="Parse"/>; the message begins with the path as given.</exception>
    /// <exception cref="IOException">The file cannot be read; <see cref="FileNotFoundException"/> if there is none.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a folder.</exception>
    public static Trace Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var input = File.OpenRead(path);
        try
        {
            return Read(input);
        }
        catch (TraceFormatException e)
        {
            throw new TraceFormatException(path, e);
        }
    }

    private static TraceFormatException TooLargeToRead() =>
        new(1, "the file is larger than 64 MiB, and no trace is", "check the file's name, or record a shorter execution with `lab explore`");
}
