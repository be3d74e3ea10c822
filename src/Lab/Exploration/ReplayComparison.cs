using System.Globalization;
using Lab.Execution;
using Lab.Oracles;
using Lab.Traces;

namespace Lab.Exploration;

/// <summary>How a replay compares with what was recorded.</summary>
public enum ReplayAgreement
{
    /// <summary>The same decisions, steps, order of dependent operations, virtual time and verdict.</summary>
    Exact,

    /// <summary>The recorded decisions led to another verdict: the program has changed.</summary>
    OtherVerdict,

    /// <summary>The program asked other questions than were recorded, or did other things between them.</summary>
    Diverged,

    /// <summary>
    /// What was recorded is that two runs of one schedule differed. The trace holds one of the two, and a third can neither confirm that nor refute it.
    /// </summary>
    Nondeterministic,
}

/// <summary>A replay beside its trace.</summary>
/// <param name="Agreement">In one word.</param>
/// <param name="Message">In one sentence; may have several lines.</param>
public sealed record ReplayComparison(ReplayAgreement Agreement, string Message)
{
    /// <summary>Compares what <see cref="LabRuntime.Replay"/> returned with the trace that it was given.</summary>
    public static ReplayComparison Of(Trace trace, LabResult replay)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(replay);
        if (trace.Verdict.Kind == Verdict.NameOf(VerdictKind.Nondeterministic))
        {
            return new(ReplayAgreement.Nondeterministic, BothVerdicts(trace, replay));
        }

        if (replay.Verdict.Kind == VerdictKind.Nondeterministic)
        {
            return new(ReplayAgreement.Diverged, replay.Verdict.Message);
        }

        if (trace.Verdict.Kind != replay.Verdict.Name || FirstLine(trace.Verdict.Message) != replay.Verdict.FirstLine)
        {
            return new(ReplayAgreement.OtherVerdict, BothVerdicts(trace, replay));
        }

        var difference = Difference(trace, replay);
        return difference is null
            ? new(ReplayAgreement.Exact, "the same decisions, steps, order of operations and verdict")
            : new(ReplayAgreement.Diverged, $"the same decisions and verdict, but {difference}: the program does other things between them than it did when it was recorded");
    }

    private static string? Difference(Trace trace, LabResult replay)
    {
        var fingerprint = replay.Fingerprint.ToString("x32", CultureInfo.InvariantCulture);
        return trace.Steps != replay.Steps ? string.Create(CultureInfo.InvariantCulture, $"{replay.Steps} steps instead of {trace.Steps}")
            : trace.VirtualTime != replay.VirtualTime ? $"another virtual time ({replay.VirtualTime} instead of {trace.VirtualTime})"
            : trace.Fingerprint.Length > 0 && trace.Fingerprint != fingerprint ? "another order of dependent operations"
            : null;
    }

    private static string BothVerdicts(Trace trace, LabResult replay) =>
        $"recorded {Text(trace.Verdict.Kind, FirstLine(trace.Verdict.Message))}; this time {Text(replay.Verdict.Name, replay.Verdict.FirstLine)}";

    private static string FirstLine(string message) => message.Split('\n', 2)[0];

    private static string Text(string kind, string line) => line.Length == 0 ? kind : $"{kind} ({line})";
}
