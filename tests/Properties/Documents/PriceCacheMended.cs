namespace Lab.Properties.Documents.Mended;

using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Sharing;

public sealed class PriceCache
{
    private readonly AsyncMutex _loading = new();
    private readonly Shared<int> _price = new(0);

    public int Loads { get; private set; }

    public async Task<int> GetAsync(Cx cx)
    {
        using (await _loading.LockAsync(cx))
        {
            var price = await _price.ReadAsync(cx);
            if (price == 0)
            {
                price = await LoadAsync(cx);
                await _price.WriteAsync(price, cx);
            }

            return price;
        }
    }

    private async Task<int> LoadAsync(Cx cx)
    {
        Loads++;
        await cx.DelayAsync(TimeSpan.FromSeconds(2));
        return 42;
    }
}
