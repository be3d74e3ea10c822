namespace First;

/// <summary>One of each kind that Lab.BannedSymbols warns of: eight calls, and with them eight warnings.</summary>
public static class Escapes
{
    public static async Task<int> All(SemaphoreSlim semaphore, CancellationTokenSource source)
    {
        await Task.Run(static () => { });
        await Task.Delay(1).ConfigureAwait(false);
        await semaphore.WaitAsync(source.Token);
        await source.CancelAsync();
        Thread.Sleep(1);
        return Random.Shared.Next() + DateTime.UtcNow.Second;
    }

    // What the texts recommend is not warned of.
    public static async Task None(TimeProvider clock, CancellationToken token)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), clock, token);
        await Task.Yield();
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
        source.Cancel();
    }
}
