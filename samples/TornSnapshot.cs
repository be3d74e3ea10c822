using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Linearizability;
using Lab.Sharing;

namespace Lab.Samples;

/// <summary>
/// Deliveries and sales are counted apart, so that the gate and the shop never wait for each other; what is on hand is the one minus the other. A
/// report reads the deliveries, then five crates come in and five are sold, then it reads the sales: five below nothing, and an alarm at night
/// about goods that were sold and never had. No counter was ever wrong. Each read is right, and together they show a moment that never was. The
/// cure is to read again until nothing has changed in between (Y. Afek et al., "Atomic Snapshots of Shared Memory", JACM 40(4), 1993).
/// </summary>
public static class TornSnapshot
{
    [Scenario("torn-snapshot", ExpectedVerdict = "not-linearizable", Description = "two counters are read one after the other: a moment that never was")]
    public static Task Buggy(Cx cx) => Specify(static (stock, c) => stock.OnHandAsync(c)).CheckAsync(cx, "onHand()", "deliver(5); sell(5)");

    [Scenario("torn-snapshot-fixed", Description = "reads again until nothing has changed")]
    public static Task Fixed(Cx cx) => Specify(static (stock, c) => stock.OnHandAtOneMomentAsync(c)).CheckAsync(cx, "onHand()", "deliver(5); sell(5)");

    private static Specification<Stock, int> Specify(Func<Stock, Cx, Task<int>> onHand) => Linearizable.Of(() => new Stock(), 0)
        .On("deliver", (stock, crates, c) => stock.DeliverAsync(crates, c), 5).Does((crates, more) => crates + more)
        .On("sell", (stock, crates, c) => stock.SellAsync(crates, c), 5).Does((crates, fewer) => crates - fewer)
        .On("onHand", onHand).Does(crates => (crates, crates));

    private sealed class Stock
    {
        private readonly Shared<int> _delivered = new();
        private readonly Shared<int> _sold = new();

        internal Task DeliverAsync(int crates, Cx cx) => AddAsync(_delivered, crates, cx);

        internal Task SellAsync(int crates, Cx cx) => AddAsync(_sold, crates, cx);

        internal async Task<int> OnHandAsync(Cx cx) => await _delivered.ReadAsync(cx) - await _sold.ReadAsync(cx);

        internal async Task<int> OnHandAtOneMomentAsync(Cx cx)
        {
            while (true)
            {
                var delivered = await _delivered.ReadAsync(cx);
                var sold = await _sold.ReadAsync(cx);

                // Both only grow: what is the same again was the same all the time.
                if (await _delivered.ReadAsync(cx) == delivered)
                {
                    return delivered - sold;
                }
            }
        }

        private static async Task AddAsync(Shared<int> counter, int crates, Cx cx)
        {
            int before;
            do
            {
                before = await counter.ReadAsync(cx);
            }
            while (!await counter.CompareExchangeAsync(before + crates, before, cx));
        }
    }
}
