using Lab.Core.Channels;
using Lab.Core.Tasks;

namespace Lab.Samples.Browser;

/// <summary>Two producers and a consumer, as they would run on a server.</summary>
internal sealed class Pipeline
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    internal int Received { get; private set; }

    internal async Task RunAsync(Cx cx)
    {
        var (tx, rx) = Mpsc.Bounded<int>(capacity: 4);
        await cx.ScopeAsync(async scope =>
        {
            for (var i = 0; i < 2; i++)
            {
                var mine = tx.Fork();
                scope.Spawn(async producer =>
                {
                    using (mine)
                    {
                        while (!producer.IsCancellationRequested)
                        {
                            await mine.SendAsync(1, producer);
                            await producer.DelayAsync(s_pause);
                        }
                    }
                });
            }

            tx.Dispose();
            await foreach (var one in rx.ReadAllAsync(cx))
            {
                Received += one;
            }
        });
    }
}
