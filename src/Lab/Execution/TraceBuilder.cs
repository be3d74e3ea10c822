using System.Globalization;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Sharing;
using Lab.Strategies;
using Lab.Traces;

namespace Lab.Execution;

/// <summary>Makes text of what an engine has just executed. Call before the engine runs anything else.</summary>
internal static class TraceBuilder
{
    /// <summary>The decisions of the last execution.</summary>
    internal static List<Decision> Decisions(LabEngine engine)
    {
        var names = Names(engine.Recorder, engine.Options.Workers);
        var decisions = new List<Decision>(engine.Decisions.Count);
        for (var i = 0; i < engine.Decisions.Count; i++)
        {
            var taken = engine.Decisions[i];
            var choice = taken.Operation == OperationKind.Random ? taken.Choice.ToString(CultureInfo.InvariantCulture) : names[taken.Choice];
            decisions.Add(new Decision(taken.Alternatives, choice, DecisionText.Of(taken.Operation), taken.Object == 0 ? "" : names[taken.Object]));
        }

        return decisions;
    }

    /// <summary>The trace of the last execution; its events only if that was recorded.</summary>
    internal static Trace Build(LabEngine engine, LabResult result, string scenario, string assembly, Seed runSeed, string strategy, Verdict verdict, IReadOnlyList<Decision>? decisions = null)
    {
        var recorder = engine.Recorder;
        var tasks = new List<TraceTask>();
        foreach (var task in recorder.Tasks)
        {
            tasks.Add(new TraceTask(task.Text, task.Cx.Name ?? ""));
        }

        return new Trace
        {
            Scenario = scenario,
            AssemblyName = assembly,
            Seed = runSeed,
            Strategy = strategy,
            Execution = result.Index,
            Options = [.. engine.Options.ToPairs()],
            Decisions = decisions ?? Decisions(engine),
            Tasks = tasks,
            Events = [.. recorder.Events.Select(Event)],
            Verdict = new TraceVerdict(verdict.Name, verdict.Text),
            Fingerprint = result.Fingerprint.ToString("x32", CultureInfo.InvariantCulture),
            Steps = (int)Math.Min(result.Steps, int.MaxValue),
            VirtualTime = result.VirtualTime,
        };
    }

    private static TraceEvent Event(RecordedEvent e) => new(
        (int)Math.Min(e.Step, int.MaxValue),
        Name(e.Task),
        e.Kind == EventKind.None ? "Note" : e.Kind.ToString(),
        e.Target is null ? (e.Kind is EventKind.ClockAdvanced or EventKind.ClockRead ? EntityText.Clock : "") : Name(e.Target),
        e.Text is null ? Detail(e) : e.Kind == EventKind.None ? e.Text : $"{Detail(e)}; {e.Text}",
        e.Time,
        e.File.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{TaskText.FileName(e.File)}:{e.Line}"));

    private static string Name(ObjectShadow shadow) => shadow.Id == EntityId.Clock ? EntityText.Clock : shadow.Text;

    private static string Detail(in RecordedEvent e) => e.Kind switch
    {
        EventKind.TaskCompleted => ((OutcomeKind)e.A).ToString().ToLowerInvariant(),
        EventKind.CancelRequested or EventKind.CancelStrengthened or EventKind.CancelAcknowledged => ((Core.Cancellation.CancellationKind)e.A).ToString(),
        EventKind.CancelChecked => e.A == 1 ? "canceled" : "no",
        EventKind.TaskPreempted => DecisionText.Of((OperationKind)e.A),
        EventKind.SharedRead => SharedNumber.Text("-> ", e.A, e.B),
        EventKind.SharedWritten => SharedNumber.Text("= ", e.A, e.B),
        EventKind.SharedExchanged => e.A == 1 ? "took effect" : "failed",
        EventKind.ClockAdvanced => string.Create(CultureInfo.InvariantCulture, $"{new TimeSpan(e.A)} -> {new TimeSpan(e.B)}"),
        EventKind.TimerSet or EventKind.TimerFired => string.Create(CultureInfo.InvariantCulture, $"due {new TimeSpan(e.A)}"),
        EventKind.RandomDrawn => string.Create(CultureInfo.InvariantCulture, $"{e.B} of {e.A}"),
        _ => e.A == 0 && e.B == 0 ? "" : e.B == 0 ? e.A.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{e.A} {e.B}"),
    };

    private static Dictionary<ulong, string> Names(Recorder recorder, int workers)
    {
        var names = new Dictionary<ulong, string> { [EntityId.Clock.Hash] = EntityText.Clock };
        foreach (var task in recorder.Tasks)
        {
            names[task.Id.Hash] = task.Text;
        }

        foreach (var target in recorder.Objects)
        {
            names[target.Id.Hash] = target.Text;
        }

        for (var worker = 0; worker < workers; worker++)
        {
            names[EntityId.Worker(worker).Hash] = EntityText.Worker(worker);
        }

        return names;
    }
}
