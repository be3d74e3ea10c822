using System.Globalization;
using Lab.Seeds;

namespace Lab.Traces;

/// <summary>
/// The input of an execution: program and schedule together determine it. The decisions decide; seed and strategy only say how they were
/// first drawn, so that a schedule outlives changes to both.
/// </summary>
public sealed class RecordedSchedule
{
    /// <param name="seed">The seed of the exploration.</param>
    /// <param name="strategy">The strategy with its parameters, for example <c>pct:3,k=212</c>.</param>
    /// <param name="decisions">The answers in the order in which they were asked for; copied.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public RecordedSchedule(Seed seed, string strategy, IEnumerable<Decision> decisions)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(decisions);
        Seed = seed;
        Strategy = strategy;
        Decisions = [.. decisions];
    }

    /// <summary>The seed of the exploration that drew the decisions.</summary>
    public Seed Seed { get; }

    /// <summary>The strategy that drew them, with its parameters.</summary>
    public string Strategy { get; }

    /// <summary>The answers, in the order in which they were asked for.</summary>
    public IReadOnlyList<Decision> Decisions { get; }

    /// <summary>One line for people.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Decisions.Count} decisions drawn by {Strategy} from seed {Seed}");
}
