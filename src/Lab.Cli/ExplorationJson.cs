using System.Text.Json.Nodes;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;

namespace Lab.Cli;

/// <summary>An exploration as the one object of <c>--json</c>.</summary>
internal static class ExplorationJson
{
    /// <param name="replays">Of each failure, whether it was found to replay; null where there was nothing to replay.</param>
    /// <param name="lab">The options of the lab; null where it is not known.</param>
    /// <param name="runFile">Where the run is stored, if it is.</param>
    internal static JsonObject Of(
        VerdictKind? expected, ExplorationResult result, IReadOnlyList<ReplayComparison?> replays, LabOptions? lab, string? runFile, int exitCode) => new()
    {
        ["scenario"] = result.Scenario,
        ["strategy"] = result.Strategy,
        ["seed"] = result.Seed.Value,
        ["options"] = lab is null ? null : new JsonObject(lab.ToPairs().Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["end"] = result.End switch { ExplorationEnd.Found => "found", ExplorationEnd.Exhausted => "exhausted", _ => result.WasStopped ? "stopped" : "out-of-budget" },
        ["exhaustive"] = result.IsExhaustive,
        ["bound"] = result.Bound,
        ["gap"] = result.Gap,
        ["shard"] = result.Shard?.ToString(),
        ["resumed"] = result.Resumed,
        ["run_file"] = result.RunFileError is null ? runFile : null,
        ["executions"] = result.Executions,
        ["steps"] = result.Steps,
        ["distinct"] = result.Distinct,
        ["distinct_is_exact"] = result.DistinctIsExact,
        ["distinct_standard_error"] = Math.Round(result.DistinctError, 6),
        ["growth"] = new JsonArray([.. result.Growth.Select(static point => new JsonObject { ["executions"] = point.Executions, ["distinct"] = point.Distinct })]),
        ["next_is_new"] = result.Richness?.NextIsNew,
        ["not_met_at_least"] = result.Richness?.Unseen,
        ["elapsed_ms"] = Math.Round(result.Elapsed.TotalMilliseconds, 3),
        ["verdict"] = result.Failure?.Verdict.Name ?? Verdict.Passed.Name,
        ["message"] = result.Failure?.Verdict.Message ?? "",
        ["expected"] = Verdict.NameOf(expected ?? VerdictKind.Passed),
        ["trace"] = result.Failure?.TracePath,
        ["failures"] = new JsonArray([.. result.Failures.Select((failure, i) => new JsonObject
        {
            ["verdict"] = failure.Verdict.Name,
            ["message"] = failure.Verdict.Message,
            ["execution"] = failure.Index,
            ["trace"] = failure.TracePath,
            ["trace_error"] = failure.TraceError,
            ["found_preemptions"] = failure.Shrinking is { NotShrunk: null } facts ? facts.FoundPreemptions : null,
            ["not_shrunk"] = failure.Shrinking?.NotShrunk,
            ["reproduces"] = replays.ElementAtOrDefault(i) is { } replay ? replay.Agreement == ReplayAgreement.Exact : null,
        })]),
        ["oracles"] = new JsonObject(result.Oracles.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["metrics"] = result.Metrics is { } metrics ? new JsonObject(metrics.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) : null,
        ["exit_code"] = exitCode,
    };
}
