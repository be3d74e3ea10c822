using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Seeds;

/// <summary>
/// k equal tasks reach all k! orders, each at the expected rate, from small consecutive seeds: the way in which seeds are really used. A
/// generator with a correlated start reaches a fraction of the orders and nobody notices, for each single run looks random.
/// </summary>
public sealed class OrderTests
{
    private const int RunsPerOrder = 400;

    // k, k!, and the value that the statistic of k! - 1 degrees of freedom exceeds with probability 0.001.
    private static readonly object[] s_sizes =
    [
        new object[] { 2, 2, 10.83 },
        new object[] { 3, 6, 20.52 },
        new object[] { 4, 24, 49.73 },
        new object[] { 5, 120, 173.62 },
    ];

    [TestCaseSource(nameof(s_sizes))]
    public void A_shuffle_reaches_all_orders_from_consecutive_seeds(int tasks, int orders, double critical) =>
        AssertAllOrders(tasks, orders, critical, i => new Seed((ulong)i), Shuffled);

    [TestCaseSource(nameof(s_sizes))]
    public void A_shuffle_reaches_all_orders_over_the_executions_of_one_seed(int tasks, int orders, double critical) =>
        AssertAllOrders(tasks, orders, critical, i => new Seed(1).ForExecution(i).Stream(SeedStream.Strategy), Shuffled);

    [TestCaseSource(nameof(s_sizes))]
    public void Picking_among_those_left_reaches_all_orders_from_consecutive_seeds(int tasks, int orders, double critical) =>
        AssertAllOrders(tasks, orders, critical, i => new Seed((ulong)i), Picked);

    [TestCaseSource(nameof(s_sizes))]
    public void Picking_among_those_left_reaches_all_orders_over_the_executions_of_one_seed(int tasks, int orders, double critical) =>
        AssertAllOrders(tasks, orders, critical, i => new Seed(1).ForExecution(i).Stream(SeedStream.Strategy), Picked);

    [TestCaseSource(nameof(s_sizes))]
    public void Consecutive_seeds_of_one_execution_reach_all_orders(int tasks, int orders, double critical) =>
        AssertAllOrders(tasks, orders, critical, i => new Seed((ulong)i).ForExecution(0).Stream(SeedStream.Strategy), Picked);

    private static void AssertAllOrders(int tasks, int orders, double critical, Func<int, Seed> seedOf, Func<Seed, int, string> orderOf)
    {
        var counts = new Dictionary<string, long>();
        for (var i = 0; i < orders * RunsPerOrder; i++)
        {
            var order = orderOf(seedOf(i), tasks);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.That(counts, Has.Count.EqualTo(orders));
        Assert.That(ChiSquared.Uniform(counts.Values), Is.LessThan(critical));
    }

    private static string Shuffled(Seed seed, int tasks)
    {
        var prng = new Prng(seed);
        var order = Enumerable.Range(0, tasks).ToArray();
        prng.Shuffle(order.AsSpan());
        return string.Concat(order);
    }

    private static string Picked(Seed seed, int tasks)
    {
        var prng = new Prng(seed);
        var left = Enumerable.Range(0, tasks).ToList();
        var order = "";
        while (left.Count > 0)
        {
            var chosen = prng.Next(left.Count);
            order += left[chosen];
            left.RemoveAt(chosen);
        }

        return order;
    }
}
