using Lab.Core.Tasks;
using Lab.Testing;
using NUnit.Framework;

namespace Company.LabTests;

public sealed class AccountTests
{
    // A thousand interleavings, chosen to differ. Strategy = "dpor" explores every one there is.
    [LabTest]
    public async Task Top_ups_in_turn_add_up(Cx cx)
    {
        var account = new Account();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => account.TopUpInTurnAsync(30, c), name: "web");
            scope.Spawn(c => account.TopUpInTurnAsync(50, c), name: "mobile");
            return Task.CompletedTask;
        });
        Assert.That(account.Balance, Is.EqualTo(180));
    }

    // This one fails, every time and in the same way, so that you see what a failure looks like. Read its message from the top: the table has one
    // column per task, "Why" names the order that it depends on, and the last lines replay it, under a debugger if you like.
    // The mend is above: TopUpInTurnAsync.
    [LabTest]
    public async Task Top_ups_add_up(Cx cx)
    {
        var account = new Account();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => account.TopUpAsync(30, c), name: "web");
            scope.Spawn(c => account.TopUpAsync(50, c), name: "mobile");
            return Task.CompletedTask;
        });
        Assert.That(account.Balance, Is.EqualTo(180));
    }
}
