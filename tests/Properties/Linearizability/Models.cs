using Lab.Core.Tasks;
using Lab.Linearizability;

namespace Lab.Properties.Linearizability;

/// <summary>Specifications whose object is nothing: for histories that are written down.</summary>
internal static class Models
{
    internal static Specification<object?, Sequence<int>> Queue() => Linearizable.Of<object?, Sequence<int>>(() => null, Sequence<int>.Empty)
        .On("enq", static (_, _) => { }, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).Does((queue, item) => queue.Add(item))
        .On("deq", static _ => (int?)null).Does(queue => queue.IsEmpty ? (null, queue) : (queue.First, queue.RemoveFirst()))
        .On("take", static _ => 0).Does(queue => queue.IsEmpty ? Step.Blocked : (queue.First, queue.RemoveFirst()));

    internal static Specification<object?, int> Register() => Linearizable.Of<object?, int>(() => null, 0)
        .On("write", static (_, _) => { }, 1, 2, 3).Does((_, value) => value)
        .On("read", static _ => 0).Does(value => (value, value));

    /// <summary>A register for each key: the argument is (key, value).</summary>
    internal static Specification<object?, int> Map() => Linearizable.Of<object?, int>(() => null, 0)
        .On("put", static (_, _) => { }, (1, 1), (1, 2), (2, 1), (2, 2)).Does((_, pair) => pair.Item2)
        .On("get", static (_, _) => 0, 1, 2).Does((value, _) => (value, value))
        .PartitionBy(static call => call.Argument is (int key, int _) ? key : call.Argument);

    /// <summary>Any of the items that are in it.</summary>
    internal static Specification<object?, Sequence<int>> Bag() => Linearizable.Of<object?, Sequence<int>>(() => null, Sequence<int>.Empty)
        .On("add", static (_, _) => { }, 1, 2, 3).Does((bag, item) => Sequence.Of([.. bag.Add(item).Order()]))
        .On("remove", static _ => 0).Does(bag => Step.Any([.. bag.Distinct().Select(item => Step.Of(item, bag.Remove(item)))]));

    /// <summary>A line of one place after the other: whoever asked first gets the next permit.</summary>
    internal static Specification<object?, FifoSemaphore> Semaphore(int permits) => Linearizable.Of<object?, FifoSemaphore>(() => null, new(permits, Sequence<Ask>.Empty))
        .On("acquire", static (_, _, _) => Task.CompletedTask, 1, 2)
        .Queues((s, ticket, count) => s.Request(ticket, count), (s, ticket, _) => s.Complete(ticket), (s, ticket, _) => s.Leave(ticket))
        .On("try", static (_, _) => false, 1, 2).Does((s, count) => s.Try(count))
        .On("release", static (_, _) => { }, 1, 2).Does((s, count) => s with { Permits = s.Permits + count });

    /// <summary>The same without a line: whoever is let go on first.</summary>
    internal static Specification<object?, int> BargingSemaphore(int permits) => Linearizable.Of<object?, int>(() => null, permits)
        .On("acquire", static (_, _, _) => Task.CompletedTask, 1, 2).Does((s, count) => s >= count ? s - count : Step.Blocked)
        .On("try", static (_, _) => false, 1, 2).Does((s, count) => s >= count ? (true, s - count) : (false, s))
        .On("release", static (_, _) => { }, 1, 2).Does((s, count) => s + count);
}

/// <summary>Somebody in line, and how much they ask for.</summary>
internal readonly record struct Ask(int Ticket, int Count);

/// <summary>A semaphore that serves strictly in order: the head of the line takes its permits when they are there.</summary>
internal sealed record FifoSemaphore(int Permits, Sequence<Ask> Line)
{
    internal FifoSemaphore Request(int ticket, int count) => this with { Line = Line.Add(new Ask(ticket, count)) };

    internal Steps<FifoSemaphore> Complete(int ticket) =>
        Line.First.Ticket == ticket && Permits >= Line.First.Count ? new FifoSemaphore(Permits - Line.First.Count, Line.RemoveFirst()) : Step.Blocked;

    internal FifoSemaphore Leave(int ticket) => this with { Line = Line.Remove(Line.First(ask => ask.Ticket == ticket)) };

    internal Steps<FifoSemaphore> Try(int count) => Line.IsEmpty && Permits >= count ? (true, this with { Permits = Permits - count }) : (false, this);
}
