using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Properties.Documents.AsWritten;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>What docs/getting-started.md says of the cache as it is first written. The rest of that page is run by docs/try.</summary>
[TestFixture]
internal sealed class PriceCacheBugTests
{
    // Both read 0 before either has loaded: also without a single pre-emption, for loading takes two seconds. So the first execution shows it.
    [Test]
    public void Without_the_mutex_it_is_loaded_twice_in_the_first_execution()
    {
        var result = Explorer.Explore(The_price_is_loaded_once);
        Assert.That((result.Failure!.Verdict.Kind, result.Failure.Verdict.Message, result.Executions), Is.EqualTo((VerdictKind.AssertionFailed, "loaded 2 times", 1L)));
    }

    private static async Task The_price_is_loaded_once(Cx cx)
    {
        var cache = new PriceCache();
        await cx.ScopeAsync(scope =>
        {
            scope.Spawn(async c => await cache.GetAsync(c), name: "web");
            scope.Spawn(async c => await cache.GetAsync(c), name: "mobile");
            return Task.CompletedTask;
        });
        if (cache.Loads != 1)
        {
            throw new AssertionException($"loaded {cache.Loads} times");
        }
    }
}
