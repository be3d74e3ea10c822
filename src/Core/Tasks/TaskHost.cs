using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

/// <summary>What a task's world is made of: scheduler, clock, and where records come from. One per runtime, native or lab.</summary>
internal class TaskHost(Scheduler scheduler, TimeProvider clock)
{
    internal Scheduler Scheduler { get; } = scheduler;

    /// <summary>What <c>cx.Clock</c> is.</summary>
    internal TimeProvider Clock { get; private protected set; } = clock;

    /// <summary>A record for one task; fresh natively, since a late BCL post must never reach another tenant.</summary>
    internal virtual ScopedTask Rent() => new(this);

    /// <summary>Opens a scope; fresh natively, since nobody knows how long a reference to it is kept.</summary>
    /// <exception cref="InvalidOperationException"><paramref name="outer"/> admits no work any more.</exception>
    internal virtual Scope Open(Cx? owner, Scope? outer, ScopeOptions? options)
    {
        var scope = new Scope(this);
        scope.Open(owner, outer, options);
        return scope;
    }

    /// <summary>A task of the root scope ended with a fault that nobody has observed. True: it was dealt with; false: the root scope keeps it.</summary>
    internal virtual bool Unobserved(Exception error) => false;
}
