using Lab.Linearizability;

namespace Lab.Properties.Linearizability;

/// <summary>
/// A semaphore that gives permits away at the release, as the core's does: whoever is served has them from then on, although it comes back later.
/// </summary>
internal sealed record SemaphoreModel(int Permits, Sequence<Ask> Line, Sequence<Ask> Served)
{
    internal static SemaphoreModel With(int permits) => new(permits, Sequence<Ask>.Empty, Sequence<Ask>.Empty);

    internal SemaphoreModel Request(int ticket, int count) => (this with { Line = Line.Add(new Ask(ticket, count)) }).Serve();

    internal Steps<SemaphoreModel> Complete(int ticket) =>
        Served.Where(ask => ask.Ticket == ticket).Select(ask => (Steps<SemaphoreModel>)(this with { Served = Served.Remove(ask) })).FirstOrDefault();

    internal Steps<SemaphoreModel> Cancel(int ticket)
    {
        foreach (var ask in Served.Where(ask => ask.Ticket == ticket))
        {
            return (this with { Served = Served.Remove(ask), Permits = Permits + ask.Count }).Serve();
        }

        return (this with { Line = Line.Remove(Line.First(ask => ask.Ticket == ticket)) }).Serve();
    }

    internal Steps<SemaphoreModel> Try(int count) => Line.IsEmpty && Permits >= count ? (true, this with { Permits = Permits - count }) : (false, this);

    internal SemaphoreModel Release(int count) => (this with { Permits = Permits + count }).Serve();

    private SemaphoreModel Serve() => Line.IsEmpty || Line.First.Count > Permits
        ? this
        : new SemaphoreModel(Permits - Line.First.Count, Line.RemoveFirst(), Served.Add(Line.First)).Serve();
}

/// <summary>A mutex is a semaphore of one permit; it can be unlocked when somebody came back with the lock.</summary>
internal sealed record MutexModel(SemaphoreModel Semaphore, bool IsHeld)
{
    internal static MutexModel Unlocked { get; } = new(SemaphoreModel.With(1), false);

    internal MutexModel Request(int ticket) => this with { Semaphore = Semaphore.Request(ticket, 1) };

    internal Steps<MutexModel> Complete(int ticket)
    {
        var steps = Semaphore.Complete(ticket);
        return steps.IsBlocked ? Step.Blocked : new MutexModel(steps.NextOf(0), true);
    }

    internal Steps<MutexModel> Cancel(int ticket) => this with { Semaphore = Semaphore.Cancel(ticket).NextOf(0) };

    internal Steps<MutexModel> Try()
    {
        var steps = Semaphore.Try(1);
        return (steps.AnswerOf(0).Value, new MutexModel(steps.NextOf(0), IsHeld || steps.AnswerOf(0).Value is true));
    }

    internal Steps<MutexModel> Unlock() => IsHeld ? (true, new MutexModel(Semaphore.Release(1), false)) : (false, this);
}

/// <summary>The rules of Notify: one stored permit at most, first come, first served, and what one gave is passed on when its waiter leaves.</summary>
internal sealed record NotifyModel(bool HasPermit, Sequence<int> Line, Sequence<int> ByOne, Sequence<int> ByAll)
{
    internal static NotifyModel New { get; } = new(false, Sequence<int>.Empty, Sequence<int>.Empty, Sequence<int>.Empty);

    internal NotifyModel Request(int ticket) =>
        HasPermit ? this with { HasPermit = false, ByOne = ByOne.Add(ticket) } : this with { Line = Line.Add(ticket) };

    internal Steps<NotifyModel> Complete(int ticket) =>
        ByOne.Contains(ticket) ? this with { ByOne = ByOne.Remove(ticket) }
        : ByAll.Contains(ticket) ? this with { ByAll = ByAll.Remove(ticket) }
        : Step.Blocked;

    internal Steps<NotifyModel> Cancel(int ticket) =>
        ByOne.Contains(ticket) ? (this with { ByOne = ByOne.Remove(ticket) }).One() : this with { Line = Line.Remove(ticket), ByAll = ByAll.Remove(ticket) };

    internal NotifyModel One() => Line.IsEmpty ? this with { HasPermit = true } : this with { Line = Line.RemoveFirst(), ByOne = ByOne.Add(Line.First) };

    internal NotifyModel All() => this with { Line = Sequence<int>.Empty, ByAll = Sequence.Of([.. ByAll, .. Line]) };
}
