namespace Lab.Bench.HotPaths;

/// <summary>One path that production or the lab goes through all the time. <see cref="Run"/> goes through it again and again and says how often.</summary>
/// <param name="Name">A heading of <c>docs/hot-paths.md</c>, see <see cref="HotPathPage.Names"/>.</param>
/// <param name="Operation">What is counted as one.</param>
/// <param name="Run">Takes 2 to 50 ms; nobody else is at work meanwhile, so this is the uncontended path.</param>
internal sealed record HotPath(string Name, string Operation, Func<long> Run);
