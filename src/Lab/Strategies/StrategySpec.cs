namespace Lab.Strategies;

/// <summary>Strategies by name, as options and trace files spell them.</summary>
internal static class StrategySpec
{
    /// <summary>What a user may write.</summary>
    internal static IReadOnlyList<string> Known { get; } = [RandomWalk.Name, NonPreemptive.Name];

    /// <summary>A fresh strategy.</summary>
    /// <exception cref="ArgumentException">The text names no strategy; the message lists those there are.</exception>
    internal static Strategy Parse(string text) => text switch
    {
        RandomWalk.Name => new RandomWalk(),
        NonPreemptive.Name => new NonPreemptive(),
        _ => throw new ArgumentException($"'{text}' is not a strategy; use one of: {string.Join(", ", Known)}."),
    };
}
