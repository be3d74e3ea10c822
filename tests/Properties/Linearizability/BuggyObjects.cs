using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Linearizability;
using Lab.Sharing;

namespace Lab.Properties.Linearizability;

/// <summary>A queue over shared variables. The hasty one reads its tail and writes it back in two accesses: two that enqueue take the same place.</summary>
internal sealed class SharedQueue(bool isHasty)
{
    private readonly Shared<int>[] _items = [.. Enumerable.Range(0, 16).Select(_ => new Shared<int>())];
    private readonly Shared<int> _head = new();
    private readonly Shared<int> _tail = new();
    private readonly AsyncMutex _mutex = new();

    internal async Task EnqueueAsync(int item, Cx cx)
    {
        if (isHasty)
        {
            await PutAsync(item, cx);
            return;
        }

        using (await _mutex.LockAsync(cx))
        {
            await PutAsync(item, cx);
        }
    }

    internal async Task<int?> DequeueAsync(Cx cx)
    {
        using (await _mutex.LockAsync(cx))
        {
            var head = await _head.ReadAsync(cx);
            if (head == await _tail.ReadAsync(cx))
            {
                return null;
            }

            await _head.WriteAsync(head + 1, cx);
            return await _items[head].ReadAsync(cx);
        }
    }

    internal static Specification<SharedQueue, Sequence<int>> Specify(bool isHasty) => Linearizable.Of(() => new SharedQueue(isHasty), Sequence<int>.Empty)
        .On("enq", (queue, item, cx) => queue.EnqueueAsync(item, cx), 1, 2).Does((model, item) => model.Add(item))
        .On("deq", (queue, cx) => queue.DequeueAsync(cx)).Does(model => model.IsEmpty ? (null, model) : (model.First, model.RemoveFirst()));

    private async Task PutAsync(int item, Cx cx)
    {
        var tail = await _tail.ReadAsync(cx);
        await _items[tail].WriteAsync(item, cx);
        await _tail.WriteAsync(tail + 1, cx);
    }
}

/// <summary>A counter whose reads come from a copy that is brought up to date after each increment: an old value after a new one.</summary>
internal sealed class CachedCounter(bool isCached)
{
    private readonly Shared<int> _value = new();
    private readonly Shared<int> _copy = new();

    internal async Task IncrementAsync(Cx cx)
    {
        int before;
        do
        {
            before = await _value.ReadAsync(cx);
        }
        while (!await _value.CompareExchangeAsync(before + 1, before, cx));

        await _copy.WriteAsync(before + 1, cx);
    }

    internal ValueTask<int> ReadAsync(Cx cx) => (isCached ? _copy : _value).ReadAsync(cx);

    internal static Specification<CachedCounter, int> Specify(bool isCached) => Linearizable.Of(() => new CachedCounter(isCached), 0)
        .On("increment", (counter, cx) => counter.IncrementAsync(cx)).Does(count => count + 1)
        .On("read", (counter, cx) => counter.ReadAsync(cx)).Does(count => (count, count));
}

/// <summary>A manual event. The lossy one looks, and stands in line later: a set in between wakes nobody.</summary>
internal sealed class SharedEvent(bool isLossy)
{
    private readonly Shared<bool> _isSet = new();
    private readonly Notify _changed = new();

    internal async Task SetAsync(Cx cx)
    {
        await _isSet.WriteAsync(true, cx);
        _changed.NotifyWaiters();
    }

    internal async Task WaitAsync(Cx cx)
    {
        if (isLossy)
        {
            if (!await _isSet.ReadAsync(cx))
            {
                await cx.YieldAsync();
                await _changed.WaitAsync(cx);
            }

            return;
        }

        var change = _changed.WaitAsync(cx);
        if (!await _isSet.ReadAsync(cx))
        {
            await change;
        }
    }

    internal static Specification<SharedEvent, bool> Specify(bool isLossy) => Linearizable.Of(() => new SharedEvent(isLossy), false)
        .On("set", (signal, cx) => signal.SetAsync(cx)).Does(_ => Step.Done(true))
        .On("wait", (signal, cx) => signal.WaitAsync(cx)).Does(isSet => isSet ? Step.Done(true) : Step.Blocked);
}

/// <summary>A semaphore that wakes the oldest waiter and lets whoever comes first take the permit: it barges.</summary>
internal sealed class BargingSemaphore
{
    private readonly Notify _released = new();
    private readonly Shared<int> _permits = new();

    internal async Task AcquireAsync(Cx cx)
    {
        while (true)
        {
            var permits = await _permits.ReadAsync(cx);
            if (permits == 0)
            {
                await _released.WaitAsync(cx);
            }
            else if (await _permits.CompareExchangeAsync(permits - 1, permits, cx))
            {
                return;
            }
        }
    }

    internal async Task ReleaseAsync(Cx cx)
    {
        int permits;
        do
        {
            permits = await _permits.ReadAsync(cx);
        }
        while (!await _permits.CompareExchangeAsync(permits + 1, permits, cx));

        _released.NotifyOne();
    }

    internal static Specification<BargingSemaphore, FifoSemaphore> SpecifyWithLine() =>
        Linearizable.Of(() => new BargingSemaphore(), new FifoSemaphore(0, Sequence<Ask>.Empty))
            .On("acquire", (semaphore, cx) => semaphore.AcquireAsync(cx))
            .Queues((s, ticket) => s.Request(ticket, 1), (s, ticket) => s.Complete(ticket), (s, ticket) => s.Leave(ticket))
            .On("release", (semaphore, cx) => semaphore.ReleaseAsync(cx)).Does(s => s with { Permits = s.Permits + 1 });

    internal static Specification<BargingSemaphore, int> Specify() => Linearizable.Of(() => new BargingSemaphore(), 0)
        .On("acquire", (semaphore, cx) => semaphore.AcquireAsync(cx)).Does(permits => permits > 0 ? permits - 1 : Step.Blocked)
        .On("release", (semaphore, cx) => semaphore.ReleaseAsync(cx)).Does(permits => permits + 1);
}

/// <summary>A hand-over of items that a cancelled receiver takes with it: the item was given to it, and nobody gets it.</summary>
internal sealed class LeakyMailbox
{
    private readonly Notify _arrived = new();
    private readonly Queue<int> _items = [];

    internal void Put(int item)
    {
        _items.Enqueue(item);
        _arrived.NotifyOne();
    }

    internal async Task<int> TakeAsync(Cx cx)
    {
        while (_items.Count == 0)
        {
            await _arrived.WaitAsync(cx);
        }

        var item = _items.Dequeue();
        await cx.YieldAsync();
        return item;
    }

    internal static Specification<LeakyMailbox, Sequence<int>> Specify() => Linearizable.Of(() => new LeakyMailbox(), Sequence<int>.Empty)
        .On("put", (mailbox, item) => mailbox.Put(item), 1, 2).Does((model, item) => model.Add(item))
        .On("take", (mailbox, cx) => mailbox.TakeAsync(cx)).Does(model => model.IsEmpty ? Step.Blocked : (model.First, model.RemoveFirst()))
        .WithCancellation();
}
