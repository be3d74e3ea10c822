using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Reports;
using Lab.Samples;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>The code of docs/browser.md, run without a browser.</summary>
public sealed class BrowserExamples
{
    private int _frames;

    [Test]
    public void A_runtime_without_threads()
    {
        var runtime = new CooperativeRuntime();
        runtime.Spawn(async cx => await PlayAsync(cx));

        void OnFrame() => runtime.RunFor(TimeSpan.FromMilliseconds(8));

        while (runtime.LiveTasks > 0)
        {
            OnFrame();
        }

        runtime.Dispose();
        Assert.That(_frames, Is.EqualTo(10));
    }

    [Test]
    public async Task An_exploration_in_slices()
    {
        var exploration = Explorer.InSlices(Transfer, new ExploreOptions { Executions = 10_000 });
        while (!exploration.RunFor(TimeSpan.FromMilliseconds(8)))
        {
            await NextFrame();
        }

        Console.WriteLine(ExplorationSummary.Of(exploration.Result));
        Assert.That(exploration.Result.End, Is.EqualTo(ExplorationEnd.Found));
    }

    private async Task PlayAsync(Cx cx)
    {
        for (_frames = 0; _frames < 10; _frames++)
        {
            await cx.YieldAsync();
        }
    }

    private static Task Transfer(Cx cx) => AbbaDeadlock.Buggy(cx);

    private static async Task NextFrame() => await Task.Yield();
}
