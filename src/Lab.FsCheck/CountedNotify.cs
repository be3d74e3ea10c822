using Lab.Core.Sync;
using Lab.Core.Tasks;

namespace Lab.Generators;

/// <summary>A notify with the counts that bound how many of its waits can have completed.</summary>
internal sealed class CountedNotify
{
    private readonly Notify _notify = new();
    private int _ones;
    private int _waiting;
    private int _reachable;
    private int _completed;

    /// <summary>Completed waits are at most the single notifications plus those that waited at broadcasts.</summary>
    internal bool Holds => Volatile.Read(ref _completed) <= Volatile.Read(ref _ones) + Volatile.Read(ref _reachable);

    /// <summary>Somebody was notified singly and nobody took it: the permit must be there.</summary>
    internal bool MustHavePermit => _ones > 0 && _completed == 0;

    internal void NotifyOne()
    {
        Interlocked.Increment(ref _ones);
        _notify.NotifyOne();
    }

    internal void NotifyAll()
    {
        Interlocked.Add(ref _reachable, Volatile.Read(ref _waiting));
        _notify.NotifyWaiters();
    }

    internal async Task WaitAsync(Cx cx)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _notify.WaitAsync(cx);
            Interlocked.Increment(ref _completed);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public override string ToString() => $"{_ones} notified singly, {_reachable} waiting at broadcasts, {_completed} waits completed";
}
