namespace Lab.Strategies;

/// <summary>A strategy that texts can name. It is declared in the strategy's own file and listed in <see cref="StrategySpec"/>.</summary>
/// <param name="Name">What stands before the colon.</param>
/// <param name="Usage">How to write it, for people: <c>pct[:D][,k=N]</c>.</param>
/// <param name="Create">A fresh strategy with these parameters; takes all that it knows and leaves the rest, which is then an error.</param>
internal sealed record StrategyKind(string Name, string Usage, Func<StrategyParameters, Strategy> Create);

/// <summary>A strategy around another one, written after it: <c>random+fair=100</c>.</summary>
/// <param name="Name">What stands after the plus.</param>
/// <param name="Usage">How to write it, for people: <c>+fair=N</c>.</param>
/// <param name="Wrap">A fresh decorator around a strategy.</param>
internal sealed record DecoratorKind(string Name, string Usage, Func<StrategyParameters, Strategy, Strategy> Wrap);
