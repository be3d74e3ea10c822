namespace Lab.Properties.Documents.Mended;

using Lab.Core.Tasks;
using Lab.Testing;
using NUnit.Framework;

public sealed class PriceCacheTests
{
    [LabTest]
    public async Task The_price_is_loaded_once(Cx cx)
    {
        var cache = new PriceCache();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c => Assert.That(await cache.GetAsync(c), Is.EqualTo(42)), name: "web");
            scope.Spawn(async c => Assert.That(await cache.GetAsync(c), Is.EqualTo(42)), name: "mobile");
            return Task.CompletedTask;
        });
        Assert.That(cache.Loads, Is.EqualTo(1));
    }
}
