using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Traces;

/// <summary>Whatever is given to the reader, it gives a trace whose text is what was given, or says in which line it is not one. Nothing else.</summary>
public sealed class TraceDamageTests
{
    private const string RecordAgain = "; the file was edited or truncated: record it again with `lab explore`.";

    [Test]
    public void Every_truncation_is_noticed()
    {
        var bytes = Encoding.UTF8.GetBytes(SampleTraces.Text);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.That(() => Read(bytes[..length]), Throws.TypeOf<TraceFormatException>(), $"{length} bytes");
        }
    }

    [Test]
    public void Every_change_of_one_byte_is_noticed()
    {
        var bytes = Encoding.UTF8.GetBytes(SampleTraces.Text);
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var mask in new byte[] { 0x01, 0x10, 0x80, 0xFF })
            {
                bytes[at] ^= mask;
                Assert.That(() => Read(bytes), Throws.TypeOf<TraceFormatException>(), $"byte {at} ^ {mask:x2}");
                bytes[at] ^= mask;
            }
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public bool Random_bytes_are_no_trace(byte[] bytes) => IsRefused(bytes);

    [FsCheck.NUnit.Property(MaxTest = 1000)]
    public bool Random_bytes_after_a_good_beginning_are_no_trace(byte[] bytes, ushort length) =>
        IsRefused([.. Encoding.UTF8.GetBytes(SampleTraces.Text).AsSpan(0, length % (SampleTraces.Text.Length - 1)), .. bytes, 0]);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(TraceArbitrary)], MaxTest = 400)]
    public bool Edits_are_noticed(Trace trace, NonEmptyArray<Edit> edits)
    {
        var original = TraceFile.ToText(trace);
        var edited = edits.Get.Aggregate(original, (text, edit) => edit.Apply(text));
        return edited == original || IsRefused(edited);
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(TraceArbitrary)], MaxTest = 700)]
    public bool Edits_with_a_mended_checksum_give_that_text_or_are_refused(Trace trace, NonEmptyArray<Edit> edits)
    {
        var edited = edits.Get.Aggregate(TraceFile.ToText(trace), (text, edit) => edit.Apply(text));
        return IsRefusedOrTheSame(WithChecksum(edited));
    }

    // Each line of the sample in other words, with the line that the message must name and what it must say.
    [TestCase("lab-trace 1", "lab-trace 2", 1, "the trace has format 2, and this lab reads up to 1; replay it with the newer lab that recorded it.")]
    [TestCase("lab-trace 1", "lab-trace 0", 1, "this is not a format version" + RecordAgain)]
    [TestCase("lab-trace 1", "lab-trace one", 1, "this is not a format version" + RecordAgain)]
    [TestCase("lab-trace 1", "<html>", 1, "this is not a trace: a trace begins with 'lab-trace'; check the file's name, or record a trace with `lab explore`.")]
    [TestCase("seed 7", "seed -7", 4, "this is not a seed" + RecordAgain)]
    [TestCase("seed 7", "seed 07", 4, "no lab spells this line so" + RecordAgain)]
    [TestCase("seed 7", "seed 7 8", 4, "'8' is more than belongs on this line" + RecordAgain)]
    [TestCase("seed 7\n", "", 4, "expected a line that begins with 'seed ', found 'strategy pct:3,k=212'" + RecordAgain)]
    [TestCase("execution 41", "execution -1", 6, "this is not an execution index" + RecordAgain)]
    [TestCase("o time", "o dispatch", 9, "the option 'dispatch' is there twice" + RecordAgain)]
    [TestCase("m and", "m \\and", 13, "this is not a message" + RecordAgain)]
    [TestCase("m and", "m \\u0061nd", 13, "no lab spells this line so" + RecordAgain)]
    [TestCase("00:00:01.5000000", "1.5s", 16, "this is not a time" + RecordAgain)]
    [TestCase("decisions 3", "decisions 2147483647", 21, "expected a line that begins with 'd ', found 'tasks 2'" + RecordAgain)]
    [TestCase("decisions 3", "decisions 2", 20, "expected a line that begins with 'tasks ', found 'd 10 4 random -'" + RecordAgain)]
    [TestCase("d 3 0.2 receive", "d three 0.2 receive", 18, "this is not a number of alternatives" + RecordAgain)]
    [TestCase("d 3 0.2 receive", "d 0 0.2 receive", 18, "this is not a number of alternatives" + RecordAgain)]
    [TestCase("d 3 0.2 receive channel@0#1", "d 3 0.2 receive", 18, "the line ends where an object should be" + RecordAgain)]
    [TestCase("d 3 0.2 receive", "d 3  receive", 18, "this is not a choice" + RecordAgain)]
    [TestCase("d 3 0.2 receive", "d 2 0.2 receive", 27, "the checksum is not that of the lines above" + RecordAgain)]
    [TestCase("t 0.2 the", "t 0.2\tthe", 23, "a control character that no trace contains" + RecordAgain)]
    public void A_message_names_the_line_and_says_what_is_wrong_and_how_to_mend_it(string line, string edited, int number, string message)
    {
        var text = SampleTraces.Text.Replace(line, edited, StringComparison.Ordinal);
        var mended = message.StartsWith("no lab", StringComparison.Ordinal) ? WithChecksum(text) : text;
        Assert.That(() => TraceFile.Parse(mended), Throws.TypeOf<TraceFormatException>().With.Message.EqualTo($"line {number}: {message}").And.Property("Line").EqualTo(number));
    }

    [Test]
    public void Converted_line_ends_are_called_that() => Assert.That(
        () => TraceFile.Parse(SampleTraces.Text.ReplaceLineEndings("\r\n")),
        Throws.TypeOf<TraceFormatException>().With.Message.EqualTo(
            "line 1: a carriage return; something converted the line ends: write '*.trace text eol=lf' into .gitattributes and restore the file."));

    [Test]
    public void Text_after_the_end_and_a_missing_end_are_noticed()
    {
        Assert.That(() => TraceFile.Parse(SampleTraces.Text + "\n"), Refused(27, "the trace ends here, but the file does not"));
        Assert.That(() => TraceFile.Parse(SampleTraces.Text[..^1]), Refused(27, "the file ends within a line"));
        Assert.That(() => TraceFile.Parse(SampleTraces.Text[..^21]), Refused(27, "the file ends where a line that begins with 'end ' should be"));
        Assert.That(() => TraceFile.Parse(""), Refused(1, "the file is empty"));
    }

    [Test]
    public void Broken_UTF8_is_placed_in_its_line()
    {
        var bytes = Encoding.UTF8.GetBytes(SampleTraces.Text);
        bytes[SampleTraces.Text.IndexOf("Deadlock", StringComparison.Ordinal)] = 0xFF;
        Assert.That(() => Read(bytes), Refused(10, "this is not UTF-8 text"));
        Assert.That(() => TraceFile.Parse(SampleTraces.Text.Replace('D', '\uD800')), Refused(10, "half of a surrogate pair stands alone"));
    }

    [Test]
    public void A_huge_stream_is_refused_without_being_kept()
    {
        using var endless = new EndlessStream();
        Assert.That(() => TraceFile.Read(endless), Throws.TypeOf<TraceFormatException>().With.Message.Contains("larger than 64 MiB"));
        Assert.That(endless.Given, Is.LessThan(TraceFile.MaxBytes + (1L << 20)));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Refused(int line, string problem) =>
        Throws.TypeOf<TraceFormatException>().With.Message.EqualTo($"line {line}: {problem}{RecordAgain}");

    private static Trace Read(byte[] bytes) => TraceFile.Read(new MemoryStream(bytes));

    private static bool IsRefused(byte[] bytes)
    {
        try
        {
            Read(bytes);
            return false;
        }
        catch (TraceFormatException)
        {
            return true;
        }
    }

    private static bool IsRefused(string text)
    {
        try
        {
            TraceFile.Parse(text);
            return false;
        }
        catch (TraceFormatException)
        {
            return true;
        }
    }

    private static bool IsRefusedOrTheSame(string text)
    {
        try
        {
            return TraceFile.ToText(TraceFile.Parse(text)) == text;
        }
        catch (TraceFormatException)
        {
            return true;
        }
    }

    private static string WithChecksum(string text)
    {
        var end = text.LastIndexOf("\nend ", StringComparison.Ordinal);
        var body = text[..(end + 1)];
        return $"{body}end {TraceWriter.Checksum(Encoding.UTF8.GetBytes(body))}\n";
    }

    /// <summary>An edit that a person, a merge or a disk could make. Positions are taken modulo the length.</summary>
    public sealed record Edit(EditKind Kind, ushort At, ushort Other, char Character)
    {
        internal string Apply(string text)
        {
            var at = text.Length == 0 ? 0 : At % text.Length;
            var lines = text.Split('\n').ToList();
            var (first, second) = (At % lines.Count, Other % lines.Count);
            switch (Kind)
            {
                case EditKind.Insert:
                    return text.Insert(at, Character.ToString());
                case EditKind.Remove:
                    return text.Length == 0 ? text : text.Remove(at, 1);
                case EditKind.SwapLines:
                    (lines[first], lines[second]) = (lines[second], lines[first]);
                    return string.Join('\n', lines);
                case EditKind.RepeatLine:
                    lines.Insert(second, lines[first]);
                    return string.Join('\n', lines);
                case EditKind.RemoveLine:
                    lines.RemoveAt(first);
                    return string.Join('\n', lines);
                default:
                    return text[..at];
            }
        }
    }

    public enum EditKind
    {
        Insert,
        Remove,
        SwapLines,
        RepeatLine,
        RemoveLine,
        Truncate,
    }

    private sealed class EndlessStream : Stream
    {
        internal long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
