using System.Diagnostics;
using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Reports;
using Lab.Traces;

namespace Lab.Samples.Browser;

/// <summary>
/// Two things on a page's one thread, without ever keeping it: tasks of its own on a runtime that is pumped once a frame, and an exploration that is cut
/// into slices. The script calls <see cref="Frame"/> in each animation frame.
/// </summary>
[SupportedOSPlatform("browser")]
public static partial class Page
{
    private static readonly CooperativeRuntime s_runtime = new();
    private static readonly Pipeline s_pipeline = new();
    private static SlicedExploration? s_exploration;

    /// <summary>What can be explored.</summary>
    [JSExport]
    internal static string[] Names() => [.. Programs.ByName.Keys];

    /// <summary>Starts the page's own tasks: messages through a channel, with a pause between any two of them.</summary>
    [JSExport]
    internal static void Start() => s_runtime.Spawn(s_pipeline.RunAsync);

    /// <summary>Begins an exploration; the frames that follow run it.</summary>
    [JSExport]
    internal static void Explore(string name, string strategy, int executions) => s_exploration = Explorer.InSlices(
        Programs.ByName[name],
        new ExploreOptions { Scenario = name, AssemblyName = Programs.AssemblyName, Strategy = strategy, Executions = executions });

    /// <summary>One frame's work. True while an exploration goes on.</summary>
    [JSExport]
    internal static bool Frame(double milliseconds)
    {
        var start = Stopwatch.GetTimestamp();
        var budget = TimeSpan.FromMilliseconds(milliseconds);

        // The page's own tasks first; they need a small part of the time, and the exploration gets the rest.
        s_runtime.RunFor(budget / 2);
        var left = budget - Stopwatch.GetElapsedTime(start);
        return s_exploration is { HasEnded: false } && !s_exploration.RunFor(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    /// <summary>How many messages the page's own tasks have passed on.</summary>
    [JSExport]
    internal static int Messages() => s_pipeline.Received;

    /// <summary>One line: how far the exploration is.</summary>
    [JSExport]
    internal static string Progress() =>
        s_exploration?.Progress is { } progress ? FormattableString.Invariant($"{progress.Executions} executions, {progress.Steps} steps") : "";

    /// <summary>What it showed: the summary, and the report of a failure.</summary>
    [JSExport]
    internal static string Report()
    {
        var result = s_exploration!.Result;
        var summary = ExplorationSummary.Of(result);

        // The script hands the trace out under that name.
        return result.Failure is { } failure ? $"{summary}\n{FailureReport.Of(failure with { TracePath = $"{result.Scenario}.trace" })}" : summary;
    }

    /// <summary>The trace of a failure, as the file that <c>lab replay</c> reads; empty if nothing failed.</summary>
    [JSExport]
    internal static string Trace() => s_exploration!.Result.Failure?.Trace is { } trace ? TraceFile.ToText(trace) : "";

    /// <summary>How it ended, in one line.</summary>
    [JSExport]
    internal static string Verdict() => ExplorationSummary.Headline(s_exploration!.Result);

    /// <summary>Steps per second of a task that yields: what this page's interpreter does. Keeps the thread for that long.</summary>
    [JSExport]
    internal static double StepsPerSecond(double milliseconds)
    {
        using var runtime = new CooperativeRuntime();
        runtime.Spawn(static async cx =>
        {
            while (true)
            {
                await cx.YieldAsync();
            }
        });
        var frame = runtime.RunFor(TimeSpan.FromMilliseconds(milliseconds));
        return frame.Steps / frame.Elapsed.TotalSeconds;
    }
}
