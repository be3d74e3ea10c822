using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Sharing;

namespace Lab.Samples;

/// <summary>
/// A wallet service credits an account: read the balance, add, write it back. One day the web shop and the mobile app top up the same account in the
/// same instant: both read 100, and the later write wipes out the earlier one. No exception, no log line; only a customer who writes "you took my
/// money". The unit test with two parallel top-ups has been green for years. A compare-exchange notices that somebody was faster, and tries again.
/// </summary>
public static class LostUpdate
{
    [Scenario("lost-update", ExpectedVerdict = "assertion-failed", Description = "two top-ups of one account; one is gone")]
    public static Task Buggy(Cx cx) => TopUpFromTwoDevices(CreditByReadAndWrite, cx);

    [Scenario("lost-update-fixed", Description = "compare-exchange notices the other top-up")]
    public static Task Fixed(Cx cx) => TopUpFromTwoDevices(CreditByCompareAndSwap, cx);

    private static async Task CreditByReadAndWrite(Shared<int> balance, int amount, Cx cx)
    {
        var current = await balance.ReadAsync(cx);
        await balance.WriteAsync(current + amount, cx);
    }

    private static async Task CreditByCompareAndSwap(Shared<int> balance, int amount, Cx cx)
    {
        int current;
        do
        {
            current = await balance.ReadAsync(cx);
        }
        while (!await balance.CompareExchangeAsync(current + amount, current, cx));
    }

    private static async Task TopUpFromTwoDevices(Func<Shared<int>, int, Cx, Task> credit, Cx cx)
    {
        var balance = new Shared<int>(100);
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => credit(balance, 30, c), name: "web");
            scope.Spawn(c => credit(balance, 50, c), name: "mobile");
            return Task.CompletedTask;
        });
        Check.That(balance.Peek() == 180, $"100 + 30 + 50 should be 180, but the balance is {balance.Peek()}");
    }
}
