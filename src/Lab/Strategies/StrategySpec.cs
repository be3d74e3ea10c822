using Lab.Strategies.Dpor;

namespace Lab.Strategies;

/// <summary>
/// Strategies as options and trace files spell them: a name, parameters, decorators: <c>pct:3,k=212+fair=100</c>. Parsing what a strategy prints
/// gives an equal strategy. To add one: declare a <see cref="StrategyKind"/> in its file and list it here.
/// </summary>
internal static class StrategySpec
{
    internal static IReadOnlyList<StrategyKind> Kinds { get; } =
    [
        RandomWalk.Kind,
        NonPreemptive.Kind,
        Pct.Kind,
        DepthFirst.Kind,
        Pos.Kind,
        Urw.Kind,
        Surw.Kind,
        DelayBound.Kind,
        SampledPreemptions.Kind,
        Portfolio.Kind,
        OptimalDpor.Kind,
    ];

    internal static IReadOnlyList<DecoratorKind> Decorators { get; } = [FairBound.Kind, StepBound.Kind, SpawnerFirst.Kind, Metrics.Kind];

    /// <summary>The names that a text may begin with.</summary>
    internal static IReadOnlyList<string> Known { get; } = [.. Kinds.Select(static kind => kind.Name)];

    /// <summary>How to write each strategy and each decorator, for people.</summary>
    internal static IReadOnlyList<string> Usages { get; } =
        [.. Kinds.Select(static kind => kind.Usage), .. Decorators.Select(static kind => kind.Usage)];

    /// <summary>A fresh strategy.</summary>
    /// <exception cref="ArgumentException">The text names no strategy, or its parameters are wrong; the message says what is allowed.</exception>
    internal static Strategy Parse(string text)
    {
        var parts = text.Split('+');
        var (name, parameters) = Cut(parts[0], ':');
        var kind = Kinds.FirstOrDefault(known => known.Name == name)
            ?? throw new ArgumentException($"'{text}' is not a strategy; use one of: {string.Join(", ", Known)}.");
        var given = new StrategyParameters(text, kind.Usage, parameters);
        var strategy = kind.Create(given);
        given.ExpectNoMore();
        foreach (var part in parts.AsSpan(1))
        {
            strategy = Decorate(text, part, strategy);
        }

        return strategy;
    }

    private static Strategy Decorate(string text, string part, Strategy inner)
    {
        var (name, parameters) = Cut(part, '=');
        var kind = Decorators.FirstOrDefault(known => known.Name == name)
            ?? throw new ArgumentException(
                $"'{text}' is not a strategy: '+{part}' is not known; after a strategy may stand: {string.Join(", ", Decorators.Select(static d => d.Usage))}.");
        var given = new StrategyParameters(text, kind.Usage, parameters);
        var strategy = kind.Wrap(given, inner);
        given.ExpectNoMore();
        return strategy;
    }

    private static (string Before, string? After) Cut(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }
}
