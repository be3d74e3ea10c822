using Lab.Core.Cancellation;
using Lab.Core.Scheduling;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>Texts of the verdicts that the pump itself gives.</summary>
internal static class Verdicts
{
    /// <summary>An exception that left the program. Assertion exceptions of any test framework are told by their type's name.</summary>
    internal static Verdict OfException(Exception error, string? context = null)
    {
        var kind = IsAssertion(error) ? VerdictKind.AssertionFailed : VerdictKind.Exception;
        var message = error.Message.Trim().ReplaceLineEndings("\n");
        var text = kind == VerdictKind.AssertionFailed ? message : $"{error.GetType().Name}: {message}";
        return new Verdict(kind, context is null ? text : $"{context}: {text}") { Exception = error };
    }

    internal static Verdict StepLimit(long limit, Recorder recorder) => new(
        VerdictKind.StepLimit,
        $"{limit} steps without an end: a livelock? The last step was of {Quiescence.Describe(recorder.Current)}.\n"
        + "If the program is only long, raise LabOptions.StepLimit.");

    internal static Verdict BlockingWait(RuntimeTask task, string stack) => new(
        VerdictKind.BlockingWait,
        $"{Quiescence.Describe(Recorder.ShadowOf(task))} blocked the lab's only thread; await instead of waiting.\n{stack.TrimEnd().ReplaceLineEndings("\n")}");

    internal static Verdict Stuck(string task, TimeSpan watchdog) => new(
        VerdictKind.BlockingWait,
        $"a step of {task} did not return within {watchdog.TotalSeconds:0.#} s of real time: Thread.Sleep, an endless loop, or a wait the lab cannot see");

    private static bool IsAssertion(Exception error)
    {
        for (var type = error.GetType(); type is not null && type != typeof(Exception); type = type.BaseType)
        {
            if (type.Name.Contains("Assert", StringComparison.Ordinal) || type.Name is "MultipleAssertException")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A program that ended canceled, although nobody outside asked it to.</summary>
    internal static Verdict OfCancellation(CancellationReason reason) => new(
        VerdictKind.Exception, $"CanceledException: the program ended canceled: {reason}")
    {
        Exception = new CanceledException(reason),
    };
}
