using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>
/// A method that is called and awaited later, whose first operation can complete: natively it goes on at once, and before its caller does. The explored
/// dispatch suspends it, in every execution; the README says so among the limits.
/// </summary>
[TestFixture]
internal sealed class CompletedAtTheCallTests
{
    [Test]
    public void Natively_the_method_goes_on_before_its_caller()
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        var order = "";
        runtime.RunAsync(async cx => order = await OrderAsync(cx)).GetAwaiter().GetResult();
        Assert.That(order, Is.EqualTo("method caller"));
    }

    [Test]
    public void With_virtual_workers_it_does_so_too() =>
        Assert.That(Orders(new LabOptions { Dispatch = DispatchKind.WorkStealing, Workers = 1 }, "random"), Is.EqualTo(new[] { "method caller" }));

    [Test]
    public void The_explored_dispatch_shows_the_other_order_alone() =>
        Assert.That(Orders(new LabOptions(), "dfs"), Is.EqualTo(new[] { "caller method" }));

    private static IEnumerable<string> Orders(LabOptions options, string strategy)
    {
        var orders = new HashSet<string>();
        var explore = new ExploreOptions { Lab = options, Strategy = strategy, Executions = 20 };
        Assert.That(Explorer.Explore(async cx => orders.Add(await OrderAsync(cx)), explore).Failure, Is.Null);
        return orders;
    }

    private static async Task<string> OrderAsync(Cx cx)
    {
        var stored = new Notify();
        stored.NotifyOne();
        var order = new List<string>();
        var method = WaitAsync();
        order.Add("caller");
        await method;
        return string.Join(' ', order);

        async Task WaitAsync()
        {
            await stored.WaitAsync(cx);
            order.Add("method");
        }
    }
}
