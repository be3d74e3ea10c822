using System.Globalization;
using System.Text;
using Lab.Seeds;

namespace Lab.Traces;

/// <summary>
/// Reads what <see cref="TraceWriter"/> writes, and nothing else: the text is the identity, so a spelling that would not be written again is
/// refused even where its meaning is clear. Structure first, line by line, since that finds the damaged line; then the checksum.
/// </summary>
internal sealed class TraceReader
{
    private readonly TraceLines _lines;

    private TraceReader(TraceLines lines) => _lines = lines;

    /// <exception cref="TraceFormatException">The bytes are not a trace of this version.</exception>
    internal static Trace Read(ReadOnlySpan<byte> bytes)
    {
        RequireMagic(bytes);
        var reader = new TraceReader(new TraceLines(bytes));
        reader.ReadVersion();
        var trace = reader.ReadBody();
        reader.ReadEnd(bytes);
        RequireSameSpelling(trace, bytes);
        return trace;
    }

    // Before anything else, for the most likely mistake is that somebody named the wrong file.
    private static void RequireMagic(ReadOnlySpan<byte> bytes)
    {
        var isTrace = bytes.StartsWith("lab-trace "u8);
        if (!isTrace)
        {
            throw bytes.IsEmpty
                ? new TraceFormatException(1, "the file is empty")
                : bytes.StartsWith("\uFEFF"u8)
                ? new TraceFormatException(1, "the file begins with a byte order mark, which no trace has", "an editor put it there: save it as UTF-8 without one, or record it again with `lab explore`")
                : new TraceFormatException(1, "this is not a trace: a trace begins with 'lab-trace'", "check the file's name, or record a trace with `lab explore`");
        }
    }

    private void ReadVersion()
    {
        _lines.Expect(TraceWriter.Magic);
        var version = _lines.Count("a format version");
        if (version > Trace.FormatVersion)
        {
            throw _lines.Fail(
                string.Create(CultureInfo.InvariantCulture, $"the trace has format {version}, and this lab reads up to {Trace.FormatVersion}"),
                "replay it with the newer lab that recorded it");
        }

        _lines.EndLine();
        if (version < 1)
        {
            throw _lines.FailField("a format version");
        }
    }

    private Trace ReadBody() => new()
    {
        Scenario = Line("scenario", l => l.Text("a scenario")),
        AssemblyName = Line("assembly", l => l.Text("an assembly name")),
        Seed = Line("seed", l => Seed.TryParse(l.Token("a seed"), out var seed) ? seed : throw l.FailField("a seed")),
        Strategy = Line("strategy", l => l.Text("a strategy")),
        Execution = Line("execution", l => l.Count64("an execution index")),
        Options = ReadOptions(),
        Verdict = new TraceVerdict(
            Line("verdict", l => l.Token("a verdict")),
            string.Join('\n', Section("message", "m", l => l.Text("a message")))),
        Fingerprint = Line("fingerprint", l => l.Token("a fingerprint")),
        Steps = Line("steps", l => l.Count64("a number of steps")),
        VirtualTime = Line("virtual-time", ReadVirtualTime),
        Decisions = Section("decisions", "d", ReadDecision),
        Tasks = Section("tasks", "t", l => new TraceTask(l.Token("a task"), l.Text("a task's name"))),
        Events = Section("events", "e", ReadEvent),
    };

    private List<KeyValuePair<string, string>> ReadOptions()
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        return Section("options", "o", l =>
        {
            var key = l.Token("an option's name");
            return keys.Add(key) ? KeyValuePair.Create(key, l.Text("an option's value")) : throw l.Fail($"the option '{key}' is there twice");
        });
    }

    private static TimeSpan ReadVirtualTime(TraceLines line) =>
        TimeSpan.TryParseExact(line.Token("a time"), "c", CultureInfo.InvariantCulture, out var time) ? time : throw line.FailField("a time");

    private static Decision ReadDecision(TraceLines line)
    {
        var alternatives = line.Count("a number of alternatives");
        return alternatives >= 1
            ? new Decision(alternatives, line.Token("a choice"), line.Token("an operation"), line.Token("an object"))
            : throw line.FailField("a number of alternatives");
    }

    // The order of the fields on the line is not that of the record: the free text comes last.
    private static TraceEvent ReadEvent(TraceLines line)
    {
        var step = line.Count("a step");
        var task = line.Token("a task");
        var kind = line.Token("a kind of event");
        var target = line.Token("an object");
        var time = line.Number64("a time");
        var site = line.Token("a call site");
        return new TraceEvent(step, task, kind, target, line.Text("a detail"), time, site);
    }

    private T Line<T>(string word, Func<TraceLines, T> read)
    {
        _lines.Expect(word);
        var value = read(_lines);
        _lines.EndLine();
        return value;
    }

    // The count is never trusted with memory: a list grows with the lines that are really there.
    private List<T> Section<T>(string word, string letter, Func<TraceLines, T> read)
    {
        var count = Line(word, l => l.Count("a count"));
        var items = new List<T>();
        for (var i = 0; i < count; i++)
        {
            items.Add(Line(letter, read));
        }

        return items;
    }

    private void ReadEnd(ReadOnlySpan<byte> bytes)
    {
        var recorded = Line("end", l => l.Token("a checksum"));
        if (!_lines.IsAtEnd)
        {
            throw _lines.Fail("the trace ends here, but the file does not");
        }

        var lastLine = bytes[..^1].LastIndexOf((byte)'\n') + 1;
        if (recorded != TraceWriter.Checksum(bytes[..lastLine]))
        {
            throw _lines.Fail("the checksum is not that of the lines above");
        }
    }

    private static void RequireSameSpelling(Trace trace, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> written = Encoding.UTF8.GetBytes(TraceWriter.Write(trace));
        if (!written.SequenceEqual(bytes))
        {
            var equal = written.CommonPrefixLength(bytes);
            throw new TraceFormatException(bytes[..equal].Count((byte)'\n') + 1, "no lab spells this line so");
        }
    }
}
