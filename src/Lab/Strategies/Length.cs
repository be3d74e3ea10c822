namespace Lab.Strategies;

/// <summary>
/// k: the most choices between alternatives that an execution has. Given, or the maximum over the executions before: an under-estimate leaves the end of
/// every execution untouched without saying so. The first execution has few choices, for its tasks end one after the other; those who use k walk
/// uniformly beyond it, and so the second measures what there is.
/// </summary>
/// <param name="given">Null to learn it.</param>
internal sealed class Length(int? given)
{
    /// <summary>
    /// For a program that has not been measured. A run measures it with its first execution; only a strategy that is used on its own, or from a later
    /// execution on, without its k, falls back to this.
    /// </summary>
    internal const int Unknown = 64;

    private int? _length = given;

    internal int Value => _length ?? Unknown;

    internal bool IsLearnt { get; } = given is null;

    /// <summary>How it stands in a strategy's text; empty while it is not known.</summary>
    internal string Suffix => _length is { } known ? FormattableString.Invariant($",k={known}") : "";

    /// <summary>The parameter in a strategy's text.</summary>
    internal static int? Of(StrategyParameters given) => given.Number("k", 1, int.MaxValue);

    internal void Learn(IReadOnlyList<object> lessons)
    {
        foreach (var lesson in lessons)
        {
            _length = Math.Max(Math.Max(_length ?? 0, 1), ((Lesson)lesson).Choices);
        }
    }
}
