using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Bench;

/// <summary>
/// <c>orders</c>: k equal tasks run in all k! orders, equally often, over the small consecutive seeds 0, 1, 2, ... Pearson's chi-squared statistic
/// over the k! cells against its 99.9 % quantile (k!-1 degrees of freedom, Wilson and Hilferty's approximation).
/// </summary>
internal static class OrderFigures
{
    private const int PerOrder = 500;

    internal static IEnumerable<Row> Run()
    {
        var engine = new LabEngine(new LabOptions());
        var walk = new RandomWalk();
        foreach (var k in new[] { 3, 4, 5 })
        {
            var order = new int[k];
            var next = 0;
            Func<Cx, Task> program = cx => cx.ScopeAsync(scope =>
            {
                for (var i = 0; i < k; i++)
                {
                    var number = i;
                    scope.Spawn(c =>
                    {
                        order[next++] = number;
                        return Task.CompletedTask;
                    });
                }

                return Task.CompletedTask;
            });
            var cells = Enumerable.Range(1, k).Aggregate(1, (product, i) => product * i);
            var seen = new Dictionary<string, int>();
            var runs = cells * PerOrder;
            for (var seed = 0; seed < runs; seed++)
            {
                next = 0;
                engine.Run(program, walk, new Seed((ulong)seed), 1);
                var key = string.Join(",", order);
                seen[key] = seen.GetValueOrDefault(key) + 1;
            }

            var statistic = seen.Values.Sum(count => Math.Pow(count - PerOrder, 2) / PerOrder) + ((cells - seen.Count) * PerOrder);
            yield return Row.Exactly($"{k} tasks: orders seen in {runs} seeds", seen.Count, "orders", cells);
            yield return Row.AtMost($"{k} tasks: chi-squared, {cells - 1} degrees of freedom", statistic, "", Math.Round(Quantile999(cells - 1), 2));
        }
    }

    private static double Quantile999(int degrees)
    {
        const double Z = 3.0902323061678132;
        var h = 2.0 / (9 * degrees);
        return degrees * Math.Pow(1 - h + (Z * Math.Sqrt(h)), 3);
    }
}
