using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>What a task's world is made of: scheduler, clock, and where records come from. One per runtime, native or lab.</summary>
internal class TaskHost(Scheduler scheduler, TimeProvider clock)
{
    internal Scheduler Scheduler { get; } = scheduler;

    /// <summary>What <c>cx.Clock</c> is.</summary>
    internal TimeProvider Clock { get; private protected set; } = clock;

    /// <summary>
    /// A record for one task. Natively a fresh one, since a late BCL post must never reach another tenant; a recycled one only for a
    /// <paramref name="recyclable"/> body, which promises that there is none.
    /// </summary>
    internal virtual ScopedTask Rent(bool recyclable) => new(this);

    /// <summary>The record rented last was not used after all: its scope admits no work.</summary>
    internal virtual void TakeBack(ScopedTask task)
    {
    }

    /// <summary>A recyclable task ended and left nothing behind. Called last thing in its last step.</summary>
    internal virtual void Return(ScopedTask task)
    {
    }

    /// <summary>Opens a scope; fresh natively, since nobody knows how long a reference to it is kept.</summary>
    /// <exception cref="InvalidOperationException"><paramref name="outer"/> admits no work any more.</exception>
    internal virtual Scope Open(Cx? owner, Scope? outer, ScopeOptions? options)
    {
        var scope = new Scope(this);
        scope.Open(owner, outer, options);
        return scope;
    }

    /// <summary>A scope serves again in another execution, which needs about as much room in it.</summary>
    internal virtual bool RenewsScopes => false;

    /// <summary>Something that a task had left threw when the task had ended.</summary>
    internal virtual void FaultedOutside(Exception error)
    {
    }

    /// <summary>A task of the root scope ended with a fault that nobody has observed. True: it was dealt with; false: the root scope keeps it.</summary>
    internal virtual bool Unobserved(Exception error) => false;
}
