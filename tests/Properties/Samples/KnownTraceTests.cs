using System.Reflection;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Samples.WorkQueues;
using Lab.Samples;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Samples;

/// <summary>
/// A failure that was known yesterday replays today. After a change of a sample, record its trace again with <c>lab explore NAME --out DIR</c> and put
/// it in <c>traces/NAME.trace</c>; for those of <c>samples/WorkQueue</c> add <c>--assembly artifacts/bin/Properties/release/Lab.Properties.dll</c>.
/// </summary>
[TestFixture]
public sealed class KnownTraceTests
{
    private static readonly Scenarios s_samples = Scenarios.In(typeof(LostUpdate).Assembly);
    private static readonly Scenarios s_ours = Scenarios.In(typeof(WorkQueueScenarios).Assembly);

    private static readonly string s_folder = Path.Combine(
        typeof(KnownTraceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == "RepositoryRoot").Value!, "traces");

    private static IEnumerable<string> Names => Directory.GetFiles(s_folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    [Test]
    public void Every_bug_of_the_samples_has_its_trace() =>
        Assert.That(Names, Is.EquivalentTo(s_samples.All.Where(sample => sample.Expected is not null).Select(sample => sample.Name).Concat(WorkQueueBugTests.Buggy).Select(name => $"{name}.trace")));

    [TestCaseSource(nameof(Names))]
    public void Replays_exactly(string name)
    {
        var path = Path.Combine(s_folder, name);
        var trace = TraceFile.Load(path);
        var sample = (trace.AssemblyName == typeof(LostUpdate).Assembly.GetName().Name ? s_samples : s_ours).Find(trace.Scenario);
        Assert.That(name, Is.EqualTo($"{sample.Name}.trace"));
        Assert.That(trace.Verdict.Kind, Is.EqualTo(Verdict.NameOf(sample.Expected!.Value)));

        var replay = LabRuntime.Replay(trace, sample.Program);
        var comparison = ReplayComparison.Of(trace, replay);
        Assert.That(comparison.Agreement, Is.EqualTo(ReplayAgreement.Exact), comparison.Message);
    }
}
