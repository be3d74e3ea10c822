using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Properties.Execution;
using NUnit.Framework;

namespace Lab.Properties.Channels;

/// <summary>In the lab a free wait node stays with the task that has announced it last, and goes back to its primitive when that announces another.</summary>
[TestFixture]
internal sealed class AnnouncedNodeTests
{
    /// <summary>Every operation of a round is on another node than the one before it: each goes back, or a round would make new ones.</summary>
    [Test]
    public void A_task_that_goes_from_one_operation_to_another_makes_no_nodes_after_its_first_round()
    {
        var bytes = -1L;
        Judge.MustPass(async cx =>
        {
            var (first, second) = (Mpsc.Bounded<int>(2), Mpsc.Bounded<int>(2));
            var (mutex, buffer) = (new AsyncMutex(), new int[2]);
            var before = 0L;
            for (var round = 0; round < 100; round++)
            {
                await first.Sender.SendAsync(round, cx);
                await second.Sender.SendAsync(round, cx);
                (await first.Sender.ReserveAsync(cx)).Send(round);
                await first.Receiver.WaitToReceiveAsync(cx);
                await first.Receiver.ReceiveManyAsync(buffer, cx);
                using (await mutex.LockAsync(cx))
                {
                    await second.Receiver.ReceiveAsync(cx);
                }

                before = round == 1 ? GC.GetAllocatedBytesForCurrentThread() : before;
            }

            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.That(bytes, Is.Zero);
    }

    /// <summary>
    /// The first send waits when its task announces another; its node is in use then, and no other send of the channel may get it. 1, 2 and 3 arrive in
    /// whichever order the schedule has them sent, each once.
    /// </summary>
    [Test]
    public void A_node_whose_wait_goes_on_is_left_to_it()
    {
        var seen = new HashSet<string>();
        var result = Explorer.Explore(
            async cx =>
            {
                var (full, rx) = Mpsc.Bounded<int>(1);
                var (other, _) = Mpsc.Bounded<int>(1);
                full.TrySend(0);
                var got = new List<int>();
                await cx.ScopeAsync(async scope =>
                {
                    scope.Spawn(async c =>
                    {
                        var waits = full.SendAsync(1, c);
                        await other.SendAsync(0, c);
                        await full.SendAsync(2, c);
                        await waits;
                    });
                    scope.Spawn(async c => await full.SendAsync(3, c));
                    for (var i = 0; i < 4; i++)
                    {
                        got.Add(await rx.ReceiveAsync(cx));
                    }
                });
                seen.Add(string.Join(' ', got));
                Assert.That(got, Is.EquivalentTo(new[] { 0, 1, 2, 3 }));
            },
            new ExploreOptions { Lab = Judge.Quick, Strategy = "dfs", Executions = 100_000, Shrink = null });
        Assert.That(result.Failure, Is.Null, result.Failure?.Verdict.ToString());
        Assert.That(result.IsExhaustive);

        // 0 was there before; 1 comes before 2, since one task sends both; 3 comes anywhere.
        Assert.That(seen, Is.EquivalentTo(new[] { "0 1 2 3", "0 1 3 2", "0 3 1 2" }));
    }

    /// <summary>The second write is announced on the node of the first, which had a token: that ends the first alone.</summary>
    [Test]
    public void A_token_ends_no_later_wait_of_the_node_that_it_was_given_with() => Judge.MustPass(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        using var source = new CancellationTokenSource();
        await tx.Writer.WriteAsync(1, source.Token);
        source.Cancel();
        await tx.Writer.WriteAsync(2);
        var refused = false;
        try
        {
            await tx.Writer.WriteAsync(3, source.Token);
        }
        catch (OperationCanceledException)
        {
            refused = true;
        }

        Assert.That(refused);
        Assert.That(new[] { await rx.ReceiveAsync(cx), await rx.ReceiveAsync(cx) }, Is.EqualTo(new[] { 1, 2 }));
    });
}
