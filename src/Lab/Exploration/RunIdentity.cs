using Lab.Execution;
using Lab.Seeds;

namespace Lab.Exploration;

/// <summary>What two parts of one run agree on, and a run with the one that it goes on from. Budget and threads are not among it.</summary>
internal sealed record RunIdentity
{
    internal required string Scenario { get; init; }

    internal required string AssemblyName { get; init; }

    internal required string Strategy { get; init; }

    internal required Seed Seed { get; init; }

    internal required long First { get; init; }

    internal required bool KeepsGoing { get; init; }

    internal required int LinearisationSamples { get; init; }

    /// <summary>The lab's options as a trace file has them.</summary>
    internal required string Lab { get; init; }

    /// <summary>The part; null: all of it.</summary>
    internal required Shard? Shard { get; init; }

    internal static RunIdentity Of(ExploreOptions options, string strategy) => new()
    {
        Scenario = options.Scenario,
        AssemblyName = options.AssemblyName,
        Strategy = strategy,
        Seed = options.Seed,
        First = options.First,
        KeepsGoing = options.KeepGoing,
        LinearisationSamples = options.LinearisationSamples,
        Lab = TextOf(options.Lab),
        Shard = options.Shard,
    };

    /// <summary>What differs, for people: <c>its strategy is dfs, not random</c>; null: nothing.</summary>
    internal string? DifferenceFrom(RunIdentity wanted) =>
        Difference("scenario", Scenario, wanted.Scenario)
        ?? Difference("assembly", AssemblyName, wanted.AssemblyName)
        ?? Difference("strategy", Strategy, wanted.Strategy)
        ?? Difference("seed", Seed.ToString(), wanted.Seed.ToString())
        ?? Difference("first execution", FormattableString.Invariant($"{First}"), FormattableString.Invariant($"{wanted.First}"))
        ?? Difference("way with failures", Way(KeepsGoing), Way(wanted.KeepsGoing))
        ?? Difference("number of exchanged steps", FormattableString.Invariant($"{LinearisationSamples}"), FormattableString.Invariant($"{wanted.LinearisationSamples}"))
        ?? Difference("lab options", Lab, wanted.Lab)
        ?? Difference("shard", Shard?.ToString() ?? "none", wanted.Shard?.ToString() ?? "none");

    private static string? Difference(string what, string mine, string wanted) => mine == wanted ? null : $"its {what} is {mine}, not {wanted}";

    private static string Way(bool keepsGoing) => keepsGoing ? "go on" : "stop at the first";

    private static string TextOf(LabOptions options) => string.Join(' ', options.ToPairs().Select(static pair => $"{pair.Key}={pair.Value}"));
}
