using System.Collections.Immutable;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Lab.Bench.Native;

/// <summary>
/// The contests of a bench, the same delegates, run by BenchmarkDotNet with its memory and threading diagnosers. In this process: a generated child
/// would start with observation on. Times, their ratios and bytes are per operation of the contest. Goals are not checked here. A short job, so that
/// every bench is over in less than five minutes; with <see cref="Full"/> BenchmarkDotNet's own lengths.
/// </summary>
internal static class BenchmarkMode
{
    internal const string Option = "--benchmarkdotnet";
    internal const string Full = "--full";
    internal const string Ours = "ours";

    /// <summary>What a name knows in this mode.</summary>
    /// <exception cref="UsageException">It is none of these benches.</exception>
    internal static string[] OptionsOf(string bench) => NativeFigures.Names.ContainsKey(bench)
        ? [Option, Full]
        : throw new UsageException($"{bench} does not run through BenchmarkDotNet");

    private static readonly Type s_type = typeof(ContestBenchmark);

    /// <summary>The exit status: 0 when every side of every contest has a result.</summary>
    internal static int Run(Invocation asked, bool isFull)
    {
        if (asked.IsJson)
        {
            throw new UsageException($"{Option} prints BenchmarkDotNet's own table, and no JSON");
        }

        ContestBenchmark.Bench = asked.Name;
        var config = Config(isFull);
        var job = config.GetJobs().Single();
        var cases = NativeFigures.Names[asked.Name].Contests().SelectMany((contest, index) => Sides(contest).Select(side => Case(contest, index, side))).ToArray();
        var summary = BenchmarkRunner.Run(new BenchmarkRunInfo(cases, s_type, config));
        return cases.All(one => summary[one] is { Success: true }) ? 0 : 1;

        BenchmarkCase Case(Contest contest, int index, string side)
        {
            var descriptor = new Descriptor(
                s_type,
                s_type.GetMethod(nameof(ContestBenchmark.Run))!,
                s_type.GetMethod(nameof(ContestBenchmark.Prepare)),
                s_type.GetMethod(nameof(ContestBenchmark.Release)),
                iterationSetupMethod: IsPrepared(contest) ? s_type.GetMethod(nameof(ContestBenchmark.PrepareCall)) : null,
                baseline: side == Ours,
                categories: [contest.Name],
                operationsPerInvoke: contest.Operations);
            var parameters = new[]
            {
                Parameter(nameof(ContestBenchmark.Index), index),
                Parameter(nameof(ContestBenchmark.Contest), contest.Name),
                Parameter(nameof(ContestBenchmark.Side), side),
            };

            // What is prepared is used up by one call.
            var own = IsPrepared(contest) ? job.WithInvocationCount(1).WithUnrollFactor(1) : job;
            return BenchmarkCase.Create(descriptor, own, new ParameterInstances(parameters), config);
        }
    }

    private static bool IsPrepared(Contest contest) => contest.Prepare is not null || contest.Rivals.Any(rival => rival.Prepare is not null);

    private static IEnumerable<string> Sides(Contest contest) => [Ours, .. contest.Rivals.Select(rival => rival.Name)];

    private static ParameterInstance Parameter(string name, object value) =>
        new(new ParameterDefinition(name, isStatic: false, [value], isArgument: false, value.GetType(), priorityInCategory: 0), value, SummaryStyle.Default);

    private static ImmutableConfig Config(bool isFull) => ManualConfig.CreateEmpty()
        .AddJob((isFull ? Job.Default.WithWarmupCount(5).WithIterationCount(15) : Short()).WithToolchain(InProcessEmitToolchain.Instance))
        .AddDiagnoser(MemoryDiagnoser.Default, ThreadingDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .WithOrderer(new ByContest())
        .HideColumns(nameof(ContestBenchmark.Index), Column.Method)
        .AddLogger(ConsoleLogger.Default)
        .AddExporter(MarkdownExporter.GitHub)
        .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts"))
        .CreateImmutableConfig();

    /// <summary>A call is long enough to be measured alone, and what calling it costs is nothing beside it.</summary>
    private static Job Short() => Job.Default
        .WithIterationTime(TimeInterval.FromMilliseconds(100))
        .WithMinInvokeCount(1)
        .WithUnrollFactor(1)
        .WithEvaluateOverhead(false)
        .WithWarmupCount(10)
        .WithIterationCount(15);

    /// <summary>Sides are compared within their contest, in the contest's order.</summary>
    private sealed class ByContest : IOrderer
    {
        public bool SeparateLogicalGroups => true;

        public IEnumerable<BenchmarkCase> GetExecutionOrder(ImmutableArray<BenchmarkCase> all, IEnumerable<BenchmarkLogicalGroupRule>? order) => all;

        public IEnumerable<BenchmarkCase> GetSummaryOrder(ImmutableArray<BenchmarkCase> all, Summary summary) => all;

        public string? GetHighlightGroupKey(BenchmarkCase one) => null;

        public string GetLogicalGroupKey(ImmutableArray<BenchmarkCase> all, BenchmarkCase one) => one.Descriptor.Categories[0];

        public IEnumerable<IGrouping<string, BenchmarkCase>> GetLogicalGroupOrder(
            IEnumerable<IGrouping<string, BenchmarkCase>> groups,
            IEnumerable<BenchmarkLogicalGroupRule>? order) => groups;
    }
}
