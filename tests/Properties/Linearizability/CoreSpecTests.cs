using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Exploration;
using Lab.Linearizability;
using Lab.Oracles;
using Lab.Seeds;
using NUnit.Framework;

namespace Lab.Properties.Linearizability;

/// <summary>The core's own primitives against their rules, with calls that are drawn, cancellations among them: first come, first served, nothing lost.</summary>
[TestFixture]
public sealed class CoreSpecTests
{
    private const int Executions = 400;

    private static readonly string[] s_strategies = ["random", "pct:3", "pos"];

    [Test]
    public void Semaphore() => Holds(OfSemaphore(static (s, ticket) => s.Cancel(ticket), static (s, count) => s.Try(count)));

    [Test]
    public void Mutex() => Holds(Linearizable.Of(() => new Box(), MutexModel.Unlocked)
        .On("lock", async (it, c) => { it.Hold = await it.Mutex.LockAsync(c); })
        .Queues((s, ticket) => s.Request(ticket), (s, ticket) => s.Complete(ticket), (s, ticket) => s.Cancel(ticket))
        .On("try", it => it.TryLock()).Does(s => s.Try())
        .On("unlock", it => it.TryUnlock()).Does(s => s.Unlock())
        .WithCancellation());

    [Test]
    public void Notify() => Holds(OfNotify(static (s, ticket) => s.Cancel(ticket), static s => s.All()));

    [TestCase(1)]
    [TestCase(2)]
    public void Channel(int capacity) => Holds(OfChannel(capacity, capacity));

    // One execution for each order of dependent operations (dpor) shows what all executions (dfs) show: calls, returns and waits are declared.
    [Test]
    public void Every_interleaving_of_two_waits_a_release_and_a_cancellation()
    {
        var (every, one) = (Search("dfs"), Search("dpor"));
        Assert.That(one.Executions, Is.EqualTo(every.Distinct).And.EqualTo(one.Distinct).And.LessThan(every.Executions));

        ExplorationResult Search(string strategy)
        {
            var specification = OfSemaphore(static (s, ticket) => s.Cancel(ticket), static (s, count) => s.Try(count));
            var result = Explorer.Explore(
                cx => specification.CheckAsync(cx, "acquire(2)", "acquire(1)", "release(1); cancel(A)"),
                new ExploreOptions { Strategy = strategy, Executions = 100_000 });
            Assert.That((result.Failure?.Verdict.ToString(), result.End), Is.EqualTo(((string?)null, ExplorationEnd.Exhausted)), strategy);
            return result;
        }
    }

    // Both directions: what the core does not do is noticed.
    [Test]
    public void A_semaphore_that_may_be_barged() => Breaks(OfSemaphore(
        static (s, ticket) => s.Cancel(ticket), static (s, count) => s.Permits >= count ? (true, s with { Permits = s.Permits - count }) : (false, s)));

    [Test]
    public void A_semaphore_whose_permits_go_with_a_cancelled_waiter() => Breaks(
        OfSemaphore(
            static (s, ticket) => s with { Line = Without(s.Line, ticket), Served = Without(s.Served, ticket) }, static (s, count) => s.Try(count)),
        "acquire(2)", "release(1); cancel(A); try(2)");

    [Test]
    public void A_notification_that_is_lost_with_its_waiter() => Breaks(
        OfNotify(
            static (s, ticket) => s with { Line = s.Line.Remove(ticket), ByOne = s.ByOne.Remove(ticket), ByAll = s.ByAll.Remove(ticket) }, static s => s.All()),
        "wait()", "one(); cancel(A); wait()");

    [Test]
    public void A_broadcast_that_is_stored() => Breaks(OfNotify(static (s, ticket) => s.Cancel(ticket), static s => s.Line.IsEmpty ? s.One() : s.All()));

    [Test]
    public void A_channel_with_one_place_more() => Breaks(OfChannel(1, 2));

    private static Specification<AsyncSemaphore, SemaphoreModel> OfSemaphore(
        Func<SemaphoreModel, int, Steps<SemaphoreModel>> cancel, Func<SemaphoreModel, int, Steps<SemaphoreModel>> tryAcquire) =>
        Linearizable.Of(() => new AsyncSemaphore(1), SemaphoreModel.With(1))
            .On("acquire", (it, count, c) => it.AcquireAsync(c, count), 1, 2)
            .Queues((s, ticket, count) => s.Request(ticket, count), (s, ticket, _) => s.Complete(ticket), (s, ticket, _) => cancel(s, ticket))
            .On("try", (it, count) => it.TryAcquire(count), 1, 2).Does(tryAcquire)
            .On("release", (it, count) => it.Release(count), 1, 2).Does((s, count) => s.Release(count))
            .On("count", it => it.CurrentCount).Does(s => (s.Permits, s))
            .WithCancellation();

    private static Specification<Notify, NotifyModel> OfNotify(Func<NotifyModel, int, Steps<NotifyModel>> cancel, Func<NotifyModel, NotifyModel> all) =>
        Linearizable.Of(() => new Notify(), NotifyModel.New)
            .On("wait", (it, c) => it.WaitAsync(c))
            .Queues((s, ticket) => s.Request(ticket), (s, ticket) => s.Complete(ticket), cancel)
            .On("one", it => it.NotifyOne()).Does(s => s.One())
            .On("all", it => it.NotifyWaiters()).Does(s => all(s))
            .WithCancellation();

    private static Specification<(Sender<int> Sender, Receiver<int> Receiver), ChannelModel> OfChannel(int capacity, int promised) =>
        Linearizable.Of(() => Mpsc.Bounded<int>(capacity), new ChannelModel(promised))
            .On("send", (it, item, c) => it.Sender.SendAsync(item, c), 1, 2)
            .Queues((s, ticket, item) => s.Send(ticket, item), (s, ticket, _) => s.EndOfSend(ticket), (s, ticket, _) => s.CancelSend(ticket))
            .On("trySend", (it, item) => it.Sender.TrySend(item), 3).Does((s, item) => s.TrySend(item))
            .On("receive", (it, c) => it.Receiver.ReceiveAsync(c))
            .Queues((s, ticket) => s.Receive(ticket), (s, ticket) => s.EndOfReceive(ticket), (s, ticket) => s.CancelReceive(ticket))
            .On("tryReceive", it => it.Receiver.TryReceive(out var item) is var status && status == ReceiveStatus.Ok ? item : (object)status).Does(s => s.TryReceive())
            .On("close", it => it.Receiver.Close()).Does(s => s.Close())
            .WithCancellation();

    [Test]
    public void OneshotChannel() => Holds(Linearizable.Of(Oneshot.Create<int>, new OneshotModel())
        .On("send", (it, item) => it.Sender.TrySend(item), 1, 2).Does((s, item) => s.Send(item))
        .On("end", it => it.Sender.Dispose()).Does(s => s.EndSender())
        .On("receive", (it, c) => it.Receiver.ReceiveAsync(c))
        .Queues((s, ticket) => s.Receive(ticket), (s, ticket) => s.EndOfReceive(ticket), (s, ticket) => s.CancelReceive(ticket))
        .On("tryReceive", it => it.Receiver.TryReceive(out var item) is var status && status == ReceiveStatus.Ok ? item : (object)status).Does(s => s.TryReceive())
        .On("close", it => it.Receiver.Close()).Does(s => s.Close())
        .WithCancellation());

    private static Sequence<Ask> Without(Sequence<Ask> asks, int ticket) => Sequence.Of([.. asks.Where(ask => ask.Ticket != ticket)]);

    private static void Holds<TObject, TState>(Specification<TObject, TState> specification)
    {
        foreach (var strategy in s_strategies)
        {
            var result = Explore(specification, strategy);
            Assert.That(result.Failure?.Verdict.ToString(), Is.Null, strategy);
            Assert.That(result.Executions, Is.EqualTo(Executions));
        }
    }

    private static void Breaks<TObject, TState>(Specification<TObject, TState> specification, params string[] calls)
    {
        foreach (var strategy in s_strategies)
        {
            Assert.That(Explore(specification, strategy, calls).Failure?.Verdict.Kind, Is.EqualTo(VerdictKind.NotLinearizable), strategy);
        }
    }

    private static ExplorationResult Explore<TObject, TState>(Specification<TObject, TState> specification, string strategy, params string[] calls) => Explorer.Explore(
        cx => calls.Length == 0 ? specification.CheckAsync(cx) : specification.CheckAsync(cx, calls),
        new ExploreOptions { Strategy = strategy, Executions = Executions, Seed = new Seed(3) });

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
