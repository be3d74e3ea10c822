using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Lab.Execution;
using Lab.Generators;
using Lab.Samples;
using Lab.Seeds;
using Lab.Strategies;
using Lab.Exploration;
using Lab.Traces;

namespace Lab.Bench;

/// <summary>
/// <c>determinism</c>: 10,000 random programs, each recorded under a random schedule: its trace text is the same again in this process (replayed from
/// its decisions), in a second process, and in a Debug build. And execution i run alone is execution i of the run.
/// </summary>
internal static class DeterminismFigures
{
    /// <summary>How a child process is told to print hashes only.</summary>
    internal const string ChildName = "determinism-hashes";

    private const int Programs = 10_000;
    private const int Block = 100;

    internal static IEnumerable<Row> Run()
    {
        var (mine, replayed) = Hashes(replay: true);
        yield return Row.Exactly("programs whose replay gives the same trace bytes", replayed, "programs", Programs);
        var release = Child("Release");
        yield return Row.Exactly("blocks of 100 programs with the same trace bytes in a second process", Same(mine, release), "blocks", Programs / Block);
        var debug = Child("Debug");
        yield return Row.Exactly("blocks of 100 programs with the same trace bytes in a Debug build", Same(mine, debug), "blocks", Programs / Block);
        var (alone, of) = Alone();
        yield return Row.Exactly($"executions that are the same alone and in their run (of {of})", alone, "executions", of);
    }

    /// <summary>One line per block of programs.</summary>
    internal static (List<string> Blocks, int Replayed) Hashes(bool replay)
    {
        var blocks = new List<string>();
        var replayed = 0;
        var hash = new XxHash3();
        foreach (var dispatch in new[] { DispatchKind.Explored, DispatchKind.WorkStealing })
        {
            var engine = new LabEngine(new LabOptions { Dispatch = dispatch });
            var half = Programs / 2;
            for (var i = 0; i < half; i++)
            {
                var program = LabProgram.Random(new Seed((ulong)i), i % 60);
                var seed = new Seed(11).ForExecution(i);
                var first = engine.Run(program.Run, new RandomWalk(), seed, 1, recording: true);
                var text = Text(engine, first);
                hash.Append(Encoding.UTF8.GetBytes(text));
                if (replay)
                {
                    var second = engine.Run(program.Run, new Replay(TraceFile.Parse(text).Decisions), seed, 1, recording: true);
                    replayed += Text(engine, second with { Strategy = first.Strategy }) == text ? 1 : 0;
                }

                if (i % Block == Block - 1)
                {
                    blocks.Add(Convert.ToHexString(hash.GetHashAndReset()));
                }
            }
        }

        return (blocks, replayed);
    }

    private static string Text(LabEngine engine, LabResult result) =>
        TraceFile.ToText(TraceBuilder.Build(engine, result, "program", "bench", result.Seed, result.Strategy, result.Verdict));

    private static int Same(List<string> mine, List<string> theirs) => mine.Zip(theirs).Count(pair => pair.First == pair.Second);

    private static List<string> Child(string configuration)
    {
        // The bench lies in artifacts/bin/bench/<configuration>: the root is four folders up.
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
        var dll = Path.Combine(root, "artifacts", "bin", "bench", configuration.ToLowerInvariant(), "bench.dll");
        if (configuration == "Debug")
        {
            Execute("dotnet", ["build", "-c", "Debug", "-v", "q", "-nologo", Path.Combine(root, "bench")]);
        }

        return [.. Execute("dotnet", [dll, ChildName]).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static string Execute(string file, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}"));
    }

    private static (int Same, int Of) Alone()
    {
        var same = 0;
        var of = 0;
        foreach (var scenario in Scenarios.In(typeof(LostUpdate).Assembly).All)
        {
            var run = new LabEngine(scenario.Options);
            for (var i = 0L; i < 200; i++)
            {
                var walk = new RandomWalk();
                var inRun = run.Run(scenario.Program, walk, new Seed(5).ForExecution(i), i);
                var text = string.Join('\n', TraceBuilder.Decisions(run));
                if (i % 20 != 0)
                {
                    continue;
                }

                of++;
                var alone = new LabEngine(scenario.Options);
                var result = alone.Run(scenario.Program, new RandomWalk(), new Seed(5).ForExecution(i), i);
                same += result.Fingerprint == inRun.Fingerprint && result.Steps == inRun.Steps && result.Verdict.IsSameAs(inRun.Verdict)
                    && string.Join('\n', TraceBuilder.Decisions(alone)) == text ? 1 : 0;
            }
        }

        return (same, of);
    }
}
