using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

// What is left to resume when the task has ended: the rest of an async method that it started and did not await. The task has no step any more, and whoever
// waits for that method must not wait for ever: so it goes on as after any await without a context, on the thread pool. There what it waited for of the BCL is
// there; a wait for the core ended with the task, and throws.
internal abstract partial class RuntimeTask
{
    private const int Ended = 1;
    private const int GoingOn = 2;

    private static readonly Action<RuntimeTask> s_goOn = static task => task.GoOn();

    /// <summary>
    /// 0: the task has steps, and they alone take from the inbox. Ended: nobody takes from it; who makes this GoingOn has one work item of the pool take from
    /// it, so that here as well continuations run one after the other.
    /// </summary>
    private AtomicInt32 _after;

    /// <summary>In the last step, before the scope is told. From here on nothing may be put into the inbox without an exchange.</summary>
    private protected void BeginAfter() => _after.Write(Ended);

    /// <summary>
    /// After <see cref="BeginAfter"/> and an exchange of whatever word: pairs with that of a poster, who looks whether the task has ended when he has posted.
    /// One of the two sees the other.
    /// </summary>
    private protected void LookAfter()
    {
        if (_inbox.IsEmpty)
        {
            return;
        }

        if (Instrumentation.IsEnabled && Instrumentation.Current is not null)
        {
            GoOnWithWaits();
        }
        else
        {
            GoOnOutside();
        }
    }

    /// <summary>What ran after the end of the task threw: nobody can observe it.</summary>
    private protected virtual void FaultedOutside(Exception error)
    {
    }

    internal bool HasLastStepEnded => _after.Read() != 0;

    /// <summary>By a poster, behind the exchange of its wake: the task may have looked into the inbox for the last time before.</summary>
    private void LookAtEnd()
    {
        if (HasLastStepEnded)
        {
            GoOnOutside();
        }
    }

    private void GoOnOutside()
    {
        if (_after.TryChange(Ended, GoingOn))
        {
            Scheduler.Dispatch.GoOnOutside(this, s_goOn);
        }
    }

    private void GoOn()
    {
        do
        {
            while (_inbox.Take() is { } item)
            {
                RunOutside(item);
            }

            _after.Write(Ended);
            Fence.Full();
        }
        while (!_inbox.IsEmpty && _after.TryChange(Ended, GoingOn));
    }

    /// <summary>
    /// Lab, at the end of the last step: what waited for the core goes on at once, with all that waits for it in turn. What the BCL has resumed stays where it is.
    /// </summary>
    private void GoOnWithWaits()
    {
        var context = Current;
        SetSynchronizationContext(new Behind(this));
        var (waits, others) = (default(ContinuationInbox), default(ContinuationInbox));
        while (_inbox.Take() is { } item)
        {
            if (item is PostedContinuation)
            {
                others.Post(item);
            }
            else
            {
                waits.Post(item);
            }
        }

        while ((waits.Take() ?? _inbox.Take()) is { } item)
        {
            RunOutside(item);
        }

        while (others.Take() is { } item)
        {
            _inbox.Post(item);
        }

        SetSynchronizationContext(context);
    }

    /// <summary>Lab: the context of what runs behind the end. It is not the task's, and what the BCL resumes of it comes to the task, where it stays.</summary>
    private sealed class Behind(RuntimeTask ended) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => ended.Post(d, state);

        public override SynchronizationContext CreateCopy() => this;
    }

    private void RunOutside(InboxItem item)
    {
        try
        {
            item.Run();
        }
        catch (Exception e)
        {
            // Of a callback, as of a Progress; what an async method throws is in its task.
            FaultedOutside(e);
        }
    }
}
