using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;

namespace Lab.Samples;

/// <summary>
/// A transfer locks both accounts, the payer's first: what could be safer? On the first of the month Ann pays Bob her share of the rent while Bob
/// pays Ann for the tickets. Each transfer holds one account and waits for the other. The pods look healthy, the CPU is idle, and the two accounts
/// answer nothing until somebody restarts the service.
/// </summary>
public static class AbbaDeadlock
{
    [Scenario("abba-deadlock", ExpectedVerdict = "deadlock", Description = "two transfers lock two accounts in opposite orders")]
    public static Task Buggy(Cx cx) => PayEachOther(TransferPayerFirst, cx);

    [Scenario("abba-deadlock-fixed", Description = "locks in the order of account numbers")]
    public static Task Fixed(Cx cx) => PayEachOther(TransferInAccountOrder, cx);

    private static async Task TransferPayerFirst(Account payer, Account payee, int amount, Cx cx)
    {
        using (await payer.Mutex.LockAsync(cx))
        using (await payee.Mutex.LockAsync(cx))
        {
            payer.Balance -= amount;
            payee.Balance += amount;
        }
    }

    private static async Task TransferInAccountOrder(Account payer, Account payee, int amount, Cx cx)
    {
        var (first, second) = payer.Number < payee.Number ? (payer, payee) : (payee, payer);
        using (await first.Mutex.LockAsync(cx))
        using (await second.Mutex.LockAsync(cx))
        {
            payer.Balance -= amount;
            payee.Balance += amount;
        }
    }

    private static async Task PayEachOther(Func<Account, Account, int, Cx, Task> transfer, Cx cx)
    {
        var (ann, bob) = (new Account(1, balance: 500), new Account(2, balance: 500));
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(c => transfer(ann, bob, 400, c), name: "rent");
            scope.Spawn(c => transfer(bob, ann, 70, c), name: "tickets");
            return Task.CompletedTask;
        });
        Check.That((ann.Balance, bob.Balance) == (170, 830), $"the balances are {ann.Balance} and {bob.Balance}");
    }

    private sealed class Account(int number, int balance)
    {
        internal int Number { get; } = number;

        internal AsyncMutex Mutex { get; } = new();

        /// <summary>Guarded by <see cref="Mutex"/>.</summary>
        internal int Balance { get; set; } = balance;
    }
}
