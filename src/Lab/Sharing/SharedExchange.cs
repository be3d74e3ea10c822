using System.Threading.Tasks.Sources;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Sharing;

/// <summary>One compare-exchange of a <see cref="Shared{T}"/>. Apart from <see cref="SharedAccess{T}"/> because its result is always a bool.</summary>
internal sealed class SharedExchange<T>(Shared<T> shared, T value, T expected) : WaitNode, IWaitable, IValueTaskSource<bool>
{
    private bool _exchanged;

    public TracedObject Target => shared;

    public bool Begin(WaitNode node)
    {
        using (shared.Gate.Enter())
        {
            _exchanged = shared.ExchangeLocked(value, expected);
        }

        Settle();
        return true;
    }

    public void Withdraw(WaitNode node, int version)
    {
        // It never parks, so there is nothing to take back.
    }

    internal ValueTask<bool> Exchanged()
    {
        if (!IsDoneAtCall())
        {
            return new ValueTask<bool>(this, Version);
        }

        try
        {
            return new ValueTask<bool>(((IValueTaskSource<bool>)this).GetResult(Version));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<bool>(e);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        Consume(token);
        return _exchanged;
    }

    /// <summary>Not reused: compare-exchanges are rare beside reads and writes.</summary>
    protected override void Recycle() => Forget();
}
