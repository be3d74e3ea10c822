using System.Globalization;
using System.Text;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Traces;

public sealed class TraceFileTests
{
    [Test]
    public void The_format_is_the_one_that_is_documented()
    {
        Assert.That(TraceFile.ToText(SampleTraces.Trace), Is.EqualTo(SampleTraces.Text));
        Assert.That(TraceFile.ToText(TraceFile.Parse(SampleTraces.Text)), Is.EqualTo(SampleTraces.Text));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(TraceArbitrary)], MaxTest = 500)]
    public void What_is_read_is_what_was_written(Trace trace)
    {
        var read = TraceFile.Parse(TraceFile.ToText(trace));
        Assert.That(
            (read.Scenario, read.AssemblyName, read.Seed, read.Strategy, read.Execution),
            Is.EqualTo((trace.Scenario, trace.AssemblyName, trace.Seed, trace.Strategy, trace.Execution)));
        Assert.That(
            (read.Verdict, read.Fingerprint, read.Steps, read.VirtualTime),
            Is.EqualTo((trace.Verdict, trace.Fingerprint, trace.Steps, trace.VirtualTime)));
        Assert.That(read.Options, Is.EqualTo(trace.Options));
        Assert.That(read.Decisions, Is.EqualTo(trace.Decisions));
        Assert.That(read.Tasks, Is.EqualTo(trace.Tasks));
        Assert.That(read.Events, Is.EqualTo(trace.Events));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(TraceArbitrary)], MaxTest = 500)]
    public bool What_was_read_is_written_again_byte_for_byte(Trace trace)
    {
        using var first = new MemoryStream();
        TraceFile.Write(trace, first);
        first.Position = 0;
        using var second = new MemoryStream();
        TraceFile.Write(TraceFile.Read(first), second);
        return first.ToArray().AsSpan().SequenceEqual(second.ToArray());
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(TraceArbitrary)])]
    public bool Every_line_is_printable_and_ends_in_a_line_feed(Trace trace)
    {
        var text = TraceFile.ToText(trace);
        return text.EndsWith('\n') && text.Split('\n').All(line => !line.Any(char.IsControl) && !line.EndsWith(' '));
    }

    [Test]
    public void The_writers_agree()
    {
        using var stream = new MemoryStream();
        TraceFile.Write(SampleTraces.Trace, stream);
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        TraceFile.Write(SampleTraces.Trace, writer);
        Assert.That(Encoding.UTF8.GetString(stream.ToArray()), Is.EqualTo(SampleTraces.Text));
        Assert.That(writer.ToString(), Is.EqualTo(SampleTraces.Text));
    }

    [Test]
    public void A_file_is_saved_in_a_new_folder_and_replaced_and_loaded()
    {
        var folder = Directory.CreateTempSubdirectory("lab-trace-");
        try
        {
            var path = Path.Combine(folder.FullName, "new", "a.trace");
            TraceFile.Save(TraceArbitrary.With(SampleTraces.Trace, [], []), path);

            // A folder is in its place: whatever of it was written by then is gone.
            Directory.CreateDirectory(path + ".2");
            Assert.That(() => TraceFile.Save(SampleTraces.Trace, path + ".2"), Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.EqualTo(new[] { path }));
            TraceFile.Save(SampleTraces.Trace, path);
            Assert.That(File.ReadAllText(path), Is.EqualTo(SampleTraces.Text));
            Assert.That(TraceFile.ToText(TraceFile.Load(path)), Is.EqualTo(SampleTraces.Text));
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Has.Length.EqualTo(1));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void A_damaged_file_is_named()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, SampleTraces.Text + "x");
            Assert.That(
                () => TraceFile.Load(path),
                Throws.TypeOf<TraceFormatException>().With.Message.StartsWith(path + ": line 27: ").And.Property("Line").EqualTo(27));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void A_file_that_is_not_there_is_said_to_be_missing() =>
        Assert.That(() => TraceFile.Load(Path.Combine(Path.GetTempPath(), "no-such.trace")), Throws.TypeOf<FileNotFoundException>());

    [Test]
    public void A_trace_that_could_not_be_read_again_is_not_written()
    {
        using var output = new MemoryStream();
        var twice = new Trace
        {
            Scenario = "",
            Seed = default,
            Strategy = "",
            Decisions = [],
            Verdict = new TraceVerdict("Passed", ""),
            Options = [KeyValuePair.Create("time", "a"), KeyValuePair.Create("time", "b")],
        };
        Assert.That(() => TraceFile.Write(twice, output), Throws.ArgumentException.With.Message.Contains("'time' is there twice"));
        Assert.That(
            () => TraceFile.Write(TraceArbitrary.With(SampleTraces.Trace, [new Decision(0, "0", "start", "")], []), output), Throws.ArgumentException);
        Assert.That(output.Length, Is.Zero);
    }

    [Test]
    public void A_schedule_is_the_decisions_and_how_they_were_drawn()
    {
        var schedule = SampleTraces.Trace.Schedule;
        Assert.That(schedule.Decisions, Is.EqualTo(SampleTraces.Trace.Decisions));
        Assert.That(schedule.ToString(), Is.EqualTo("3 decisions drawn by pct:3,k=212 from seed 7"));
        Assert.That((SampleTraces.Trace.Option("time"), SampleTraces.Trace.Option("start")), Is.EqualTo(("lag:10ms", (string?)null)));
    }
}
