using Lab.Core.Channels;
using Lab.Core.Tasks;
using Lab.Exploration;

namespace Lab.Samples;

/// <summary>
/// A relay takes orders from the intake queue and passes them to the warehouse queue. A deployment cancels it: nothing to worry about, what is not
/// relayed yet stays in the intake for the next instance. Except for the one order that was taken and not yet passed on: its hand-over is cancelled,
/// and it is in neither queue. About one order per hundred deployments is never shipped. The cure is to reserve the place first: between the
/// receive and the send there is then nothing that could be cancelled.
/// </summary>
public static class CancellationLosesMessage
{
    [Scenario("cancellation-loses-message", ExpectedVerdict = "assertion-failed", Description = "a cancelled relay has taken an order and not passed it on")]
    public static Task Buggy(Cx cx) => DeployWhileRelaying(ReceiveThenSend, cx);

    [Scenario("cancellation-loses-message-fixed", Description = "reserves the place before it takes the order")]
    public static Task Fixed(Cx cx) => DeployWhileRelaying(ReserveThenReceive, cx);

    private static async Task ReceiveThenSend(Receiver<string> intake, Sender<string> warehouse, Cx cx)
    {
        while (true)
        {
            var order = await intake.ReceiveAsync(cx);
            await warehouse.SendAsync(order, cx);
        }
    }

    private static async Task ReserveThenReceive(Receiver<string> intake, Sender<string> warehouse, Cx cx)
    {
        while (true)
        {
            using var place = await warehouse.ReserveAsync(cx);
            var order = await intake.ReceiveAsync(cx);
            place.Send(order);
        }
    }

    private static async Task DeployWhileRelaying(Func<Receiver<string>, Sender<string>, Cx, Task> relay, Cx cx)
    {
        var (shop, intake) = Mpsc.Bounded<string>(capacity: 4);
        var (handOver, warehouse) = Mpsc.Bounded<string>(capacity: 4);
        await cx.ScopeAsync(async scope =>
        {
            var relaying = scope.Spawn(c => relay(intake, handOver, c), name: "relay");
            await shop.SendAsync("book", cx);
            await shop.SendAsync("lamp", cx);
            relaying.Cancel("a new version is being deployed");
            await relaying.OutcomeAsync(cx);
        });
        Check.That(
            intake.Count + warehouse.Count == 2,
            $"2 orders were placed, but {intake.Count} wait in the intake and {warehouse.Count} in the warehouse");
    }
}
