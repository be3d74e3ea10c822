using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>Natively a yield looks for its task's cancellation when its turn has come, as the lab's does: until then others run, and may ask for it.</summary>
[TestFixture]
internal sealed class YieldInLineTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_request_that_comes_while_a_yield_stands_in_line_ends_it(bool asTask)
    {
        // One worker: the child yields and is behind the main task, which asks it to stop before it comes to run again.
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        var (isInLine, wentOn) = (false, false);
        var outcome = default(Outcome);
        await runtime.RunAsync(async cx => await cx.ScopeAsync(async scope =>
        {
            var child = scope.Spawn(async c =>
            {
                isInLine = true;
                if (asTask)
                {
                    await c.YieldAsync().AsTask();
                }
                else
                {
                    await c.YieldAsync();
                }

                wentOn = true;
            });
            await cx.YieldAsync();
            Assert.That(isInLine && !wentOn);
            child.Cancel();
            outcome = await child.OutcomeAsync(cx);
        }));
        Assert.That((outcome.Kind, wentOn), Is.EqualTo((OutcomeKind.Canceled, false)));
    }

    [Test]
    public async Task A_masked_yield_in_line_goes_on()
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        var wentOn = false;
        await runtime.RunAsync(async cx => await cx.ScopeAsync(async scope =>
        {
            var child = scope.Spawn(async c =>
            {
                using (c.Mask())
                {
                    await c.YieldAsync();
                    wentOn = true;
                }
            });
            await cx.YieldAsync();
            child.Cancel();
            await child.OutcomeAsync(cx);
        }));
        Assert.That(wentOn);
    }
}
