using System.Diagnostics;
using System.Text.Json;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Reports.Viewer;
using Lab.Seeds;
using Lab.Sharing;
using Lab.Strategies;
using Lab.Traces;
using Trace = Lab.Traces.Trace;

namespace Lab.Bench;

/// <summary>
/// <c>viewer</c>: the page of an execution with 100,000 events, opened and scrubbed in headless Chromium (needs node and `npm ci` in tests/Viewer; without
/// them only its size is a figure). With the variable LAB_PAGES the pages that the browser tests look at stay in that folder.
/// </summary>
internal static class ViewerFigures
{
    private const int Events = 100_000;

    internal static IEnumerable<Row> Run()
    {
        var kept = Environment.GetEnvironmentVariable("LAB_PAGES");
        var folder = kept ?? Directory.CreateTempSubdirectory("lab-pages-").FullName;
        try
        {
            var large = Path.Combine(folder, "large.html");
            var trace = Large();
            File.WriteAllText(large, ViewerPage.Of(trace));
            if (kept is not null)
            {
                WriteOthers(folder);
                yield break;
            }

            yield return Row.AtLeast("events of the page", trace.Events.Count, "events", Events);
            yield return Row.AtMost("size of the page", Math.Round(new FileInfo(large).Length / 1e6, 2), "MB", 20);
            foreach (var row in Measure(large))
            {
                yield return row;
            }
        }
        finally
        {
            if (kept is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static Trace Large()
    {
        var options = new LabOptions { StepLimit = 10_000_000, TraceLimit = 256 * 1024 * 1024 };
        return LabRuntime.TryRun(Busy, options, RandomWalk.Name, new Seed(1)).Trace!;
    }

    private static async Task Busy(Cx cx)
    {
        const int Tasks = 8;
        const int Rounds = 2_600;
        var mutex = new AsyncMutex();
        var balance = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < Tasks; i++)
            {
                scope.Spawn(
                    async c =>
                    {
                        for (var round = 0; round < Rounds; round++)
                        {
                            using (await mutex.LockAsync(c))
                            {
                                await balance.WriteAsync(await balance.ReadAsync(c) + 1, c);
                            }
                        }
                    },
                    name: $"teller {i}");
            }

            return Task.CompletedTask;
        });
        throw new InvalidOperationException("so that its events are kept");
    }

    private static void WriteOthers(string folder)
    {
        var one = Recorded(new NonPreemptive(), default);
        var diff = Enumerable.Range(0, 1_000).Select(seed => TraceDiff.Compare(one, Recorded(new RandomWalk(), new Seed((ulong)seed)))).First(static diff => diff.Reversed.Count > 0);
        File.WriteAllText(Path.Combine(folder, "diff.html"), ViewerPage.Of(diff));
        var hostile = new Trace
        {
            Scenario = "</script><b>bold</b>",
            Seed = default,
            Strategy = RandomWalk.Name,
            Decisions = [],
            Verdict = new TraceVerdict("passed", ""),
        };
        File.WriteAllText(Path.Combine(folder, "hostile.html"), ViewerPage.Of(hostile));
    }

    /// <summary>Two tasks and two variables in an order that depends on the strategy.</summary>
    private static Trace Recorded(Strategy strategy, Seed seed)
    {
        var engine = new LabEngine(new LabOptions());
        var result = engine.Run(
            static async cx =>
            {
                var (left, right) = (new Shared<int>(), new Shared<int>());
                await cx.ScopeAsync(scope =>
                {
                    scope.Spawn(async c => await left.WriteAsync(await right.ReadAsync(c) + 1, c), name: "left");
                    scope.Spawn(async c => await right.WriteAsync(await left.ReadAsync(c) + 1, c), name: "right");
                    return Task.CompletedTask;
                });
            },
            strategy,
            seed,
            1,
            recording: true);
        return TraceBuilder.Build(engine, result, "two variables", "", seed, strategy.ToString(), result.Verdict);
    }

    private static IEnumerable<Row> Measure(string page)
    {
        var script = Path.GetFullPath(Path.Combine("tests", "Viewer", "measure.mjs"));
        if (!File.Exists(script) || !Directory.Exists(Path.Combine(Path.GetDirectoryName(script)!, "node_modules")))
        {
            Console.Error.WriteLine("viewer: run `npm ci` in tests/Viewer, and this from the root of the repository, to have it opened in a browser.");
            yield break;
        }

        using var node = Process.Start(new ProcessStartInfo("node", [script, page]) { RedirectStandardOutput = true })!;
        var text = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        using var json = JsonDocument.Parse(text);
        if (!json.RootElement.TryGetProperty("opened", out var opened))
        {
            Console.Error.WriteLine("viewer: there is no Chromium here (LAB_CHROMIUM names one).");
            yield break;
        }

        yield return Row.AtMost("time to open", Math.Round(opened.GetDouble()), "ms", 2_000);
        yield return Row.AtLeast("frames while scrubbing at all zooms", Math.Round(json.RootElement.GetProperty("frames").GetDouble(), 1), "frames/s", 30);
    }
}
