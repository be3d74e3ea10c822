namespace Lab.Strategies;

/// <summary>
/// Every interleaving, once, depth first: increments the vector of choices. The number of executions is exactly the number of interleavings: of k tasks
/// with n steps each, (kn)! / (n!)^k. Memory: one word per branching point of one execution.
/// </summary>
internal sealed class DepthFirst : Exhaustive
{
    internal const string Name = "dfs";

    internal static readonly StrategyKind Kind = new(
        Name, "dfs[:preemptions=C or C..D]", static given => given.Text("preemptions") is { } bounds ? PreemptionBounded.Of(bounds, given) : new DepthFirst());

    public override string ToString() => Name;

    internal override int Choose(ChoicePoint point) => IndexOf(point, Branch(point.Count));
}
