using System.Threading.Tasks.Sources;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Sharing;

/// <summary>One read or write of a <see cref="Shared{T}"/>: never parks, and is reused by later accesses.</summary>
internal sealed class SharedAccess<T>(Shared<T> shared) : WaitNode, IWaitable, IValueTaskSource<T>
{
    internal T Operand = default!;
    private T _read = default!;

    public TracedObject Target => shared;

    public bool Begin(WaitNode node)
    {
        using (shared.Gate.Enter())
        {
            if (Operation == OperationKind.Read)
            {
                _read = shared.ReadLocked();
            }
            else
            {
                shared.WriteLocked(Operand);
            }
        }

        Settle();
        return true;
    }

    public void Withdraw(WaitNode node, int version)
    {
        // It never parks, so there is nothing to take back.
    }

    internal ValueTask<T> Value()
    {
        if (!IsDoneAtCall())
        {
            return new ValueTask<T>(this, Version);
        }

        try
        {
            return new ValueTask<T>(((IValueTaskSource<T>)this).GetResult(Version));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<T>(e);
        }
    }

    T IValueTaskSource<T>.GetResult(short token)
    {
        Consume(token);
        var read = _read;
        Recycle();
        return read;
    }

    protected override void Recycle()
    {
        Forget();
        Operand = _read = default!;
        shared.Return(this);
    }
}
