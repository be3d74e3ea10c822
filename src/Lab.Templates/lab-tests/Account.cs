using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Sharing;

namespace Company.LabTests;

/// <summary>What the tests are about; yours is in a project of its own. Two requests may top it up at the same time.</summary>
public sealed class Account
{
    private readonly AsyncMutex _mutex = new();

    // Declared as shared: the lab may let another task in before each access.
    private readonly Shared<int> _balance = new(100);

    public int Balance => _balance.Peek();

    public async Task TopUpAsync(int amount, Cx cx)
    {
        var balance = await _balance.ReadAsync(cx);
        await _balance.WriteAsync(balance + amount, cx);
    }

    public async Task TopUpInTurnAsync(int amount, Cx cx)
    {
        using (await _mutex.LockAsync(cx))
        {
            await TopUpAsync(amount, cx);
        }
    }
}
