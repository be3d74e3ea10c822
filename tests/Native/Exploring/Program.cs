// Explores a sample, by name: a natively compiled program has no methods that could be found by their attributes. Exit status 0: nothing was found;
// 1: a failure was found, printed, written as a trace, read back and replayed to the same verdict; 2: no such sample; 3: the replay showed another.
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Reports;
using Lab.Samples;
using Lab.Traces;

var samples = new Dictionary<string, Func<Cx, Task>>
{
    ["lost-update"] = LostUpdate.Buggy,
    ["lost-update-fixed"] = LostUpdate.Fixed,
    ["abba-deadlock"] = AbbaDeadlock.Buggy,
    ["abba-deadlock-fixed"] = AbbaDeadlock.Fixed,
    ["timeout-race"] = TimeoutRace.Buggy,
    ["cancellation-loses-message"] = CancellationLosesMessage.Buggy,
};
if (args is not [var name, ..] || !samples.TryGetValue(name, out var program))
{
    Console.Error.WriteLine($"Name a sample: {string.Join(", ", samples.Keys)}.");
    return 2;
}

var result = Explorer.Explore(program, new ExploreOptions { Scenario = name, Executions = 500, Strategy = args.ElementAtOrDefault(1) ?? "portfolio" });
Console.WriteLine(ExplorationSummary.Of(result));
if (result.Failure is not { } failure)
{
    return 0;
}

Console.WriteLine(FailureReport.Of(failure));
var trace = TraceFile.Parse(TraceFile.ToText(failure.Trace!));
return LabRuntime.Replay(trace, program).Verdict.IsSameAs(failure.Verdict) ? 1 : 3;
