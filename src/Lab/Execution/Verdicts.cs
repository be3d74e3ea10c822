using System.Globalization;
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
        if (error is VerdictException judged)
        {
            return new Verdict(judged.Kind, message) { Exception = error };
        }

        var text = kind == VerdictKind.AssertionFailed ? message : $"{error.GetType().Name}: {message}";
        return new Verdict(kind, context is null ? text : $"{context}: {text}") { Exception = error };
    }

    internal static Verdict StepLimit(long limit, Recorder recorder) => new(
        VerdictKind.StepLimit,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{limit} steps without an end: a livelock? The last step was of {Running(recorder)}.\nIf the program is only long, raise LabOptions.StepLimit."));

    internal static Verdict BlockingWait(RuntimeTask task, string stack) => new(
        VerdictKind.BlockingWait,
        $"{TaskText.Of(Recorder.ShadowOf(task))} blocked the lab's only thread (its last call of the core: {TaskText.Site(task)}); await instead of waiting.\n{stack}");

    internal static Verdict Stuck(Recorder recorder, TimeSpan watchdog) => new(
        VerdictKind.BlockingWait,
        string.Create(
            CultureInfo.InvariantCulture,
            $"a step of {Running(recorder)} did not return within {watchdog.TotalSeconds:0.###} s of real time.\n")
        + "Causes: Thread.Sleep, an endless loop, or a wait that the lab cannot see. Its thread was given up.");

    /// <summary>A program that ended canceled, although nobody outside asked it to.</summary>
    internal static Verdict OfCancellation(CancellationReason reason) => new(
        VerdictKind.Exception, $"CanceledException: the program ended canceled: {reason}")
    {
        Exception = new CanceledException(reason),
    };

    private static string Running(Recorder recorder)
    {
        var task = recorder.Current;
        return $"{TaskText.Of(task)} (its last call of the core: {TaskText.Site(task.Cx.Task)})";
    }

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
}
