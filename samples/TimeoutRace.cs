using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Sharing;

namespace Lab.Samples;

/// <summary>
/// Checkout gives the bank 200 ms and says "payment failed, you were not charged" when the time is up. The bank nearly always answers within 50 ms.
/// On a busy evening it takes 195 ms: the answer is there, the charge is booked, and the timeout strikes before the receipt is written. The customer
/// reads "not charged" and pays again. No test with a fake clock sees it, because there the timer fires only when nobody has anything left to do.
/// The cure: what must not be torn apart is masked from the point of no return on; work that ends after all wins against its timeout.
/// </summary>
public static class TimeoutRace
{
    [Scenario("timeout-race", ExpectedVerdict = "assertion-failed", Description = "charged, and told that it was not")]
    public static Task Buggy(Cx cx) => CheckOut(static (shop, c) => shop.PayAsync(c), cx);

    [Scenario("timeout-race-fixed", Description = "masked from the point of no return on")]
    public static Task Fixed(Cx cx) => CheckOut(static (shop, c) => shop.PayInOnePieceAsync(c), cx);

    private static async Task CheckOut(Func<Shop, Cx, Task> pay, Cx cx)
    {
        var shop = new Shop();
        var toldPaid = true;
        try
        {
            await cx.TimeoutAsync(TimeSpan.FromMilliseconds(200), c => pay(shop, c));
        }
        catch (TimeoutException)
        {
            toldPaid = false;
        }

        var charged = await shop.IsCharged.ReadAsync(cx);
        Check.That(toldPaid == charged, $"the customer was told \"{(toldPaid ? "paid" : "not charged")}\", but charged is {charged}");
    }

    private sealed class Shop
    {
        internal Shared<bool> IsCharged { get; } = new(false);

        private Shared<string> Receipt { get; } = new("");

        internal async Task PayAsync(Cx cx)
        {
            await AskBankAsync(cx);
            await IsCharged.WriteAsync(true, cx);
            await Receipt.WriteAsync("Thank you for your order", cx);
        }

        internal async Task PayInOnePieceAsync(Cx cx)
        {
            await AskBankAsync(cx);
            using (cx.Mask())
            {
                await IsCharged.WriteAsync(true, cx);
                await Receipt.WriteAsync("Thank you for your order", cx);
            }
        }

        private static async Task AskBankAsync(Cx cx) => await cx.DelayAsync(TimeSpan.FromMilliseconds(195));
    }
}
