using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

// The end of a scope in which nothing is alive any more when it is left, as of most that join what they have spawned: one gate, and nobody waits.
public sealed partial class Scope
{
    /// <summary>1 when the state is Closed, for a look without the gate. The release store pairs with the acquire load of who looks.</summary>
    private AtomicInt32 _closed;

    /// <summary>
    /// It closed without a wait, so <see cref="Drained"/> was never set. Written under the gate; whoever else leaves the scope has entered that, and found the
    /// scope not open.
    /// </summary>
    private bool _closedAtOnce;

    /// <summary>The scope that its owner had opened before and not closed, when it opened this one. For the owner.</summary>
    internal Scope? PreviousOpened { get; set; }

    private bool HasClosed => Instrumentation.IsEnabled ? State == ScopeState.Closed : _closed.Read() != 0;

    /// <summary>
    /// In a step of <paramref name="cx"/>: closes the scope if that takes no wait, and there is no fault and no finalizer to see to. False: nothing was done.
    /// In the lab's explored dispatch always false: there the end of a scope is an operation that is announced.
    /// </summary>
    internal bool TryCloseAtOnce(Cx cx)
    {
        var task = cx.Task;
        if (task.Announces || !task.CanCompleteInline || !ReferenceEquals(TaskCalls.Current, task))
        {
            return false;
        }

        using (Gate.Enter())
        {
            if (_state != ScopeState.Open || _live > 0 || _fault is not null || _finalizers is not null)
            {
                return false;
            }

            CloseLocked();
            _closedAtOnce = true;
        }

        _closed.Write(1);
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.ScopeClosing, this);
            Instrumentation.Report(EventKind.ScopeClosed, this);
        }

        LeaveParent();
        Outer?.LeaveChild(null);
        return true;
    }

    private void LeaveParent()
    {
        if (_host.RenewsScopes)
        {
            Detach();
        }
        else
        {
            // It comes into the tree once in its life, and nothing is below it: the parent's gate is not needed.
            Leave();
        }
    }

    private void CloseLocked()
    {
        _state = ScopeState.Closed;
        if (HasEmptyRoomLocked && !_host.RenewsScopes)
        {
            GiveRoomBackLocked();
        }
    }

    /// <summary>A child that ended without its body; the scope of a race wants to know.</summary>
    private void TellEscaped(ScopedTask child)
    {
        if (child.IsBodyGone)
        {
            _options.ChildEscaped?.Invoke(child.Cx);
        }
    }
}
