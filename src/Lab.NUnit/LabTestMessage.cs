using System.Globalization;
using System.Text;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Traces;

namespace Lab.Testing;

/// <summary>What NUnit shows of an exploration or a replay.</summary>
internal static class LabTestMessage
{
    internal static string OfPass(ExplorationResult exploration) => string.Create(
        CultureInfo.InvariantCulture,
        $"{exploration.Executions} executions, {exploration.Distinct} different interleavings{(exploration.DistinctIsExact ? "" : " at least")}, "
        + $"{exploration.Steps} steps; strategy {exploration.Strategy}, seed {exploration.Seed}");

    internal static string OfFailure(ExplorationResult exploration, LabResult failure, string? path)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{failure.Verdict}\n\n");
        foreach (var note in failure.Verdict.Notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"note: {note}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"found in execution {failure.Index} of strategy {exploration.Strategy}, seed {exploration.Seed}\n");
        AppendReplay(text, exploration.Scenario, path);
        return text.ToString();
    }

    internal static string OfReplay(Trace trace, LabResult replay, string path)
    {
        var text = new StringBuilder();
        if (replay.Verdict.Kind == VerdictKind.Nondeterministic)
        {
            text.Append("the replay diverged from the trace, so the program or its surroundings changed since it was written\n");
        }
        else if (Verdict.NameOf(replay.Verdict.Kind) == trace.Verdict.Kind && replay.Verdict.FirstLine == trace.Verdict.Message.Split('\n', 2)[0])
        {
            text.Append("replayed exactly: every decision as recorded, and the same verdict\n");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"every decision as recorded, but another verdict; the trace says {trace.Verdict.Kind}: {trace.Verdict.Message}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{replay.Verdict}\ntrace: {path}\n");
        return text.ToString();
    }

    private static void AppendReplay(StringBuilder text, string scenario, string? path)
    {
        if (path is null)
        {
            text.Append("no trace: the execution never came back, and its thread was given up\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"trace: {path}\n");
        text.Append(CultureInfo.InvariantCulture, $"replay: lab replay \"{path}\"\n");
        text.Append(CultureInfo.InvariantCulture, $"    or: LAB_REPLAY=\"{path}\" dotnet test --filter \"FullyQualifiedName={scenario}\"\n");
        text.Append(CultureInfo.InvariantCulture, $"    or: LabRuntime.Replay(TraceFile.Load(\"{path}\"), program)\n");
    }
}
