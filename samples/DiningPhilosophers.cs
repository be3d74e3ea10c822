using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;

namespace Lab.Samples;

/// <summary>
/// Five storage shards in a ring; rebalancing a shard locks its own map and then its right neighbour's. Dijkstra's dinner (1965), as it is served
/// today: all is well until the nightly job rebalances all five at once and each holds its own map. The job has run for a year; the night on which
/// all five were in step was the night of the audit. Taking the lower-numbered lock first breaks the circle.
/// </summary>
public static class DiningPhilosophers
{
    private const int Seats = 5;

    [Scenario("dining-philosophers", ExpectedVerdict = "deadlock", Description = "five shards, each holds its own lock and waits for its neighbour's")]
    public static Task Buggy(Cx cx) => Dine(static seat => (seat, (seat + 1) % Seats), cx);

    [Scenario("dining-philosophers-fixed", Description = "takes the lower-numbered lock first")]
    public static Task Fixed(Cx cx) => Dine(static seat => (Math.Min(seat, (seat + 1) % Seats), Math.Max(seat, (seat + 1) % Seats)), cx);

    private static async Task Dine(Func<int, (int First, int Second)> order, Cx cx)
    {
        var forks = Enumerable.Range(0, Seats).Select(_ => new AsyncMutex()).ToArray();
        var meals = new int[Seats];
        await cx.ScopeAsync(scope =>
        {
            for (var seat = 0; seat < Seats; seat++)
            {
                var (me, (first, second)) = (seat, order(seat));
                scope.Spawn(c => EatAsync(forks[first], forks[second], () => meals[me]++, c), name: $"philosopher {seat + 1}");
            }

            return Task.CompletedTask;
        });
        Check.That(meals.All(eaten => eaten == 1), $"the meals eaten are {string.Join(", ", meals)}");
    }

    private static async Task EatAsync(AsyncMutex first, AsyncMutex second, Action eat, Cx cx)
    {
        using (await first.LockAsync(cx))
        using (await second.LockAsync(cx))
        {
            eat();
        }
    }
}
