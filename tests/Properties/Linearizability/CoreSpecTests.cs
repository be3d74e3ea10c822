using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Linearizability;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Linearizability;

/// <summary>The core's own primitives against their rules, with calls that are drawn, cancellations among them: first come, first served, nothing lost.</summary>
[TestFixture]
public sealed class CoreSpecTests
{
    private const int Executions = 1_500;

    [Test]
    public void Semaphore() => Holds(cx => Linearizable.Of(() => new AsyncSemaphore(1), SemaphoreModel.With(1))
        .On("acquire", (it, count, c) => it.AcquireAsync(c, count), 1, 2)
        .Queues((s, ticket, count) => s.Request(ticket, count), (s, ticket, _) => s.Complete(ticket), (s, ticket, _) => s.Cancel(ticket))
        .On("try", (it, count) => it.TryAcquire(count), 1, 2).Does((s, count) => s.Try(count))
        .On("release", (it, count) => it.Release(count), 1, 2).Does((s, count) => s.Release(count))
        .On("count", it => it.CurrentCount).Does(s => (s.Permits, s))
        .WithCancellation().CheckAsync(cx));

    [Test]
    public void Mutex() => Holds(cx => Linearizable.Of(() => new Box(), MutexModel.Unlocked)
        .On("lock", async (it, c) => { it.Hold = await it.Mutex.LockAsync(c); })
        .Queues((s, ticket) => s.Request(ticket), (s, ticket) => s.Complete(ticket), (s, ticket) => s.Cancel(ticket))
        .On("try", it => it.TryLock()).Does(s => s.Try())
        .On("unlock", it => it.TryUnlock()).Does(s => s.Unlock())
        .WithCancellation().CheckAsync(cx));

    [Test]
    public void Notify() => Holds(cx => Linearizable.Of(() => new Notify(), NotifyModel.New)
        .On("wait", (it, c) => it.WaitAsync(c))
        .Queues((s, ticket) => s.Request(ticket), (s, ticket) => s.Complete(ticket), (s, ticket) => s.Cancel(ticket))
        .On("one", it => it.NotifyOne()).Does(s => s.One())
        .On("all", it => it.NotifyWaiters()).Does(s => s.All())
        .WithCancellation().CheckAsync(cx));

    [TestCase(1)]
    [TestCase(2)]
    public void Channel(int capacity) => Holds(cx => Linearizable.Of(() => Mpsc.Bounded<int>(capacity), new ChannelModel(capacity))
        .On("send", (it, item, c) => it.Sender.SendAsync(item, c), 1, 2)
        .Queues((s, ticket, item) => s.Send(ticket, item), (s, ticket, _) => s.EndOfSend(ticket), (s, ticket, _) => s.CancelSend(ticket))
        .On("trySend", (it, item) => it.Sender.TrySend(item), 3).Does((s, item) => s.TrySend(item))
        .On("receive", (it, c) => it.Receiver.ReceiveAsync(c))
        .Queues((s, ticket) => s.Receive(ticket), (s, ticket) => s.EndOfReceive(ticket), (s, ticket) => s.CancelReceive(ticket))
        .On("tryReceive", it => it.Receiver.TryReceive(out var item) is var status && status == ReceiveStatus.Ok ? item : (object)status).Does(s => s.TryReceive())
        .On("close", it => it.Receiver.Close()).Does(s => s.Close())
        .WithCancellation().CheckAsync(cx));

    [Test]
    public void OneshotChannel() => Holds(cx => Linearizable.Of(Oneshot.Create<int>, new OneshotModel())
        .On("send", (it, item) => it.Sender.TrySend(item), 1, 2).Does((s, item) => s.Send(item))
        .On("end", it => it.Sender.Dispose()).Does(s => s.EndSender())
        .On("receive", (it, c) => it.Receiver.ReceiveAsync(c))
        .Queues((s, ticket) => s.Receive(ticket), (s, ticket) => s.EndOfReceive(ticket), (s, ticket) => s.CancelReceive(ticket))
        .On("tryReceive", it => it.Receiver.TryReceive(out var item) is var status && status == ReceiveStatus.Ok ? item : (object)status).Does(s => s.TryReceive())
        .On("close", it => it.Receiver.Close()).Does(s => s.Close())
        .WithCancellation().CheckAsync(cx));

    private static void Holds(Func<Cx, Task> check)
    {
        var result = Explorer.Explore(check, new ExploreOptions { Executions = Executions, Seed = new Seed(3) });
        Assert.That(result.Failure?.Verdict.ToString(), Is.Null);
        Assert.That(result.Executions, Is.EqualTo(Executions));
    }

    /// <summary>Who unlocks takes the hold that the last who locked has left here.</summary>
    private sealed class Box
    {
        internal AsyncMutex Mutex { get; } = new();

        internal AsyncMutex.Hold? Hold { get; set; }

        internal bool TryLock()
        {
            if (!Mutex.TryLock(out var hold))
            {
                return false;
            }

            Hold = hold;
            return true;
        }

        internal bool TryUnlock()
        {
            var hold = Hold;
            Hold = null;
            hold?.Dispose();
            return hold is not null;
        }
    }
}
