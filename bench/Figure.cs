namespace Lab.Bench;

/// <summary>What a name of the bench stands for, and the options that it knows beside those of all.</summary>
/// <param name="About">What it measures, in a line.</param>
/// <param name="Run">Measures it.</param>
/// <param name="Options">One that ends in <c>=</c> takes a value.</param>
internal sealed record Figure(string About, Func<IEnumerable<Row>> Run, params string[] Options);
