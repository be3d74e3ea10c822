using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Testing;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>The code of docs/getting-started.md, run.</summary>
public sealed class PriceCacheTests
{
    [LabTest]
    public async Task The_price_is_loaded_once(Cx cx)
    {
        var cache = new PriceCacheThatLoadsOnce();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c => Assert.That(await cache.GetAsync(c), Is.EqualTo(42)), name: "web");
            scope.Spawn(async c => Assert.That(await cache.GetAsync(c), Is.EqualTo(42)), name: "mobile");
            return Task.CompletedTask;
        });
        Assert.That(cache.Loads, Is.EqualTo(1));
    }

    [Test]
    public void Without_the_mutex_it_is_loaded_twice_in_some_interleaving()
    {
        static async Task The_price_is_loaded_once(Cx cx)
        {
            var cache = new PriceCache();
            await cx.ScopeAsync(scope =>
            {
                scope.Spawn(async c => Assert.That(await cache.GetAsync(c), Is.EqualTo(42)), name: "web");
                scope.Spawn(async c => Assert.That(await cache.GetAsync(c), Is.EqualTo(42)), name: "mobile");
                return Task.CompletedTask;
            });
            if (cache.Loads != 1)
            {
                throw new InvalidOperationException($"loaded {cache.Loads} times");
            }
        }

        var failure = Explorer.Explore(The_price_is_loaded_once).Failure!;
        Assert.That(failure.Verdict.Message, Does.Contain("loaded 2 times"));
    }
}
