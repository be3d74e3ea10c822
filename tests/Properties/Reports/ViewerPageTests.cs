using System.Text.Json;
using Lab.Reports;
using Lab.Reports.Viewer;
using Lab.Traces;
using Lab.Properties.Architecture;
using NUnit.Framework;

namespace Lab.Properties.Reports;

/// <summary>The data of a page; that the page works is for the browser's tests (tests/Viewer).</summary>
[TestFixture]
public sealed class ViewerPageTests
{
    [Test]
    public void The_data_of_every_stored_trace_has_a_row_for_each_event_and_numbers_that_name_something()
    {
        foreach (var file in Stored())
        {
            var trace = TraceFile.Load(file);
            var data = Data(ViewerPage.Of(trace)).GetProperty("traces")[0];
            var events = data.GetProperty("events");
            foreach (var (column, table, least) in new[] { ("lane", "lanes", 0), ("kind", "kinds", 0), ("text", "strings", 0), ("site", "strings", 0), ("object", "objects", -1) })
            {
                var numbers = events.GetProperty(column).EnumerateArray().Select(static n => n.GetInt32()).ToList();
                Assert.That(numbers, Has.Count.EqualTo(trace.Events.Count), column);
                Assert.That(numbers, Is.All.InRange(least, data.GetProperty(table).GetArrayLength() - 1), column);
            }

            foreach (var (column, table) in new[] { ("object", "objects"), ("state", "strings") })
            {
                var numbers = data.GetProperty("states").GetProperty(column).EnumerateArray().Select(static n => n.GetInt32()).ToList();
                Assert.That(numbers, Has.Count.EqualTo(data.GetProperty("states").GetProperty("at").GetArrayLength()).And.All.InRange(0, data.GetProperty(table).GetArrayLength() - 1), column);
            }

            Assert.That(events.GetProperty("step").EnumerateArray().Sum(static n => n.GetInt64()), Is.EqualTo(trace.Events[^1].Step));
            Assert.That(data.GetProperty("lanes").EnumerateArray().Count(), Is.GreaterThanOrEqualTo(trace.Tasks.Count));
        }
    }

    // What has no words of its own in a table is shown in the list of events all the same, and not by the name of a constant.
    [Test]
    public void Every_event_of_the_stored_traces_reads_as_words()
    {
        foreach (var file in Stored())
        {
            var data = Data(ViewerPage.Of(TraceFile.Load(file))).GetProperty("traces")[0];
            var (kinds, texts) = (Texts("kinds"), Texts("strings"));
            var shown = Numbers("kind").Zip(Numbers("text"), (kind, text) => texts[text].Length > 0 ? texts[text] : kinds[kind]);
            Assert.That(shown.Where(static words => words.Length > 0 && char.IsUpper(words[0])).Distinct(), Is.Empty, Path.GetFileName(file));

            List<string> Texts(string table) => [.. data.GetProperty(table).EnumerateArray().Select(static text => text.GetString()!)];
            IEnumerable<int> Numbers(string column) => data.GetProperty("events").GetProperty(column).EnumerateArray().Select(static n => n.GetInt32());
        }
    }

    [Test]
    public void The_circle_of_a_deadlock_alternates_tasks_and_what_they_wait_for()
    {
        var data = Data(ViewerPage.Of(Load("abba-deadlock"))).GetProperty("traces")[0];
        Assert.That(
            data.GetProperty("cycle").EnumerateArray().Select(static name => name.GetString()),
            Is.EqualTo(new[] { "T0.1 \"rent\"", "mutex#2", "T0.2 \"tickets\"", "mutex#1" }));
    }

    [Test]
    public void Source_lines_are_asked_for_once_each_and_only_those_that_are_known_are_shown()
    {
        var asked = new List<string>();
        var trace = Load("abba-deadlock");
        var page = ViewerPage.Of(trace, new ViewerOptions
        {
            Replay = "lab replay here",
            Source = site =>
            {
                asked.Add(site);
                return site.EndsWith(":22", StringComparison.Ordinal) ? "a line" : null;
            },
        });
        Assert.That(asked, Is.Unique.And.EquivalentTo(trace.Events.Select(static e => e.Site).Where(static site => site.Length > 0).Distinct()));
        var data = Data(page).GetProperty("traces")[0];
        Assert.That(data.GetProperty("sources").EnumerateObject().Select(static p => p.Value.GetString()), Is.EqualTo(new[] { "a line" }));
        Assert.That(data.GetProperty("replay").GetString(), Is.EqualTo("lab replay here"));
    }

    [Test]
    public void States_follow_the_events()
    {
        Assert.That(
            States(
                ("0.1", "MutexLocked", "mutex@0#1", ""),
                ("0.2", "MutexWaiting", "mutex@0#1", ""),
                ("0.1", "MutexUnlocked", "mutex@0#1", ""),
                ("0.2", "ChannelSent", "channel@0#2", "1 1"),
                ("0.2", "ChannelReceived", "channel@0#2", "1"),
                ("0.2", "SharedWritten", "shared@0#3", "= 7"),
                ("0.1", "SharedExchanged", "shared@0#3", "failed"),
                ("0.1", "NotifyOneStored", "notify@0#4", "0"),
                ("0.1", "CancelRequested", "0.2", "Timeout"),
                ("0.1", "NobodyKnowsThis", "thing@0#5", "1")),
            Is.EqualTo(new string?[]
            {
                "held by T0.1", "held by T0.1; waiting: T0.2", "free; waiting: T0.2", "1 buffered; 1 reserved", "0 buffered; 1 reserved", "7", "7", "permit stored",
                "cancellation requested (Timeout)", null,
            }));
    }

    // The table that `lab show traces/lost-wakeup.trace` prints, seen from the tasks. That a task begins and ends is in its own events.
    [Test]
    public void A_task_that_another_took_over_from_waits_unless_it_was_pre_empted() => Assert.That(TasksOf("lost-wakeup"), Is.EqualTo(new[]
    {
        (1, "0", "running"),
        (3, "0", "waiting for its tasks"), (3, "0.1", "running"),
        (5, "0.1", "ready"), (5, "0.3", "running"),
        (6, "0.1", "running"),
        (8, "0.1", "waiting for notify#2"), (8, "0.2", "running"),
    }));

    [Test]
    public void A_task_that_is_woken_is_ready() => Assert.That(
        TasksOf("bounded-buffer").Where(static change => change.Task == "0.4"),
        Is.EqualTo(new[] { (3, "0.4", "running"), (5, "0.4", "waiting for notify#1"), (7, "0.4", "ready"), (11, "0.4", "running") }));

    [Test]
    public void Tasks_that_are_stuck_wait_at_the_end_for_what_the_verdict_says() => Assert.That(
        TasksOf("abba-deadlock").GroupBy(static change => change.Task).Select(static changes => $"{changes.Key} {changes.Last().State}"),
        Is.EqualTo(new[] { "0 waiting for its tasks", "0.1 waiting for mutex#2", "0.2 waiting for mutex#1" }));

    [Test]
    public void A_mutex_that_is_handed_over_is_held_by_the_task_that_is_woken() => Assert.That(
        States(
            ("0.1", "MutexLocked", "mutex@0#1", ""),
            ("0.2", "MutexWaiting", "mutex@0#1", ""),
            ("0.1", "MutexUnlocked", "mutex@0#1", "same step"),
            ("0.1", "MutexLocked", "mutex@0#1", "same step"),
            ("0.1", "TaskWoken", "0.2", "same step"),
            ("0.3", "MutexBusy", "mutex@0#1", "")),
        Is.EqualTo(new[] { "held by T0.1", "held by T0.1; waiting: T0.2", "free; waiting: T0.2", "handed over; waiting: T0.2", null, "held by T0.2" }));

    [Test]
    public void A_diff_pairs_the_events_of_both_sides_by_cause()
    {
        var trace = Load("lost-update");
        var data = Data(ViewerPage.Of(TraceDiff.Compare(trace, trace))).GetProperty("diff");
        var matches = data.GetProperty("matches").EnumerateArray().Select(static n => n.GetInt32()).ToList();
        Assert.That(matches.Where(static m => m >= 0), Is.Not.Empty);
        Assert.That(matches.Select(static (m, i) => m < 0 || m == i), Is.All.True);
        Assert.That(data.GetProperty("reversed").GetArrayLength(), Is.Zero);
    }

    [Test]
    public void The_perfetto_file_has_a_slice_for_each_step_that_did_something_and_a_track_for_each_task()
    {
        foreach (var file in Stored())
        {
            var trace = TraceFile.Load(file);
            using var json = JsonDocument.Parse(PerfettoTrace.Of(trace));
            var events = json.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
            var seen = trace.Events.Where(static e => e.Step > 0).ToList();
            Assert.That(events.Count(static e => e.GetProperty("ph").GetString() == "X"), Is.EqualTo(seen.Select(static e => e.Step).Distinct().Count()));
            Assert.That(events.Count(static e => e.GetProperty("name").GetString() == "thread_name"), Is.EqualTo(seen.Select(static e => e.Task).Distinct().Count()));
            Assert.That(
                events.Count(static e => e.GetProperty("ph").GetString() == "i"), Is.EqualTo(seen.Count(static e => e.Kind == "TaskPreempted")));
        }
    }

    private static IEnumerable<(int Step, string Task, string State)> TasksOf(string stored)
    {
        var trace = Load(stored);
        var names = new ReportNames(trace);
        var words = new OperationText(names);
        var states = new TaskStates(trace, names);
        return [.. trace.Events.SelectMany((e, i) =>
            states.Next(i, e.Step == 0 ? null : words.Next(e, i + 1 < trace.Events.Count ? trace.Events[i + 1] : null)).ToList().Select(change => (e.Step, change.Task, change.State)))];
    }

    private static List<string?> States(params (string Task, string Kind, string Object, string Detail)[] steps)
    {
        var step = 0;
        var events = steps.Select(e => new TraceEvent(e.Detail == "same step" ? step : ++step, e.Task, e.Kind, e.Object, e.Detail == "same step" ? "" : e.Detail, 0, "")).ToList();
        var trace = new Trace
        {
            Scenario = "states",
            Seed = default,
            Strategy = "",
            Decisions = [],
            Tasks = [new TraceTask("0.1", ""), new TraceTask("0.2", ""), new TraceTask("0.3", "")],
            Events = events,
            Verdict = new TraceVerdict("passed", ""),
        };
        var states = new ObjectStates(new ReportNames(trace));
        return events.ConvertAll(states.Next);
    }

    private static IEnumerable<string> Stored() => Directory.GetFiles(Path.Combine(SourceFile.RepositoryRoot, "traces"), "*.trace").Order(StringComparer.Ordinal);

    private static Trace Load(string name) => TraceFile.Load(Path.Combine(SourceFile.RepositoryRoot, "traces", $"{name}.trace"));

    private static JsonElement Data(string page)
    {
        const string Lead = "<script type=\"application/json\" id=\"data\">";
        var start = page.IndexOf(Lead, StringComparison.Ordinal) + Lead.Length;
        using var json = JsonDocument.Parse(page[start..page.IndexOf("</script>", start, StringComparison.Ordinal)]);
        return json.RootElement.Clone();
    }
}
