using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

// What the BCL brings when the task has ended: the rest of an async method that it started and did not await. The task has no step any more, and whoever waits
// for that method must not wait for ever: so it goes on as after any await without a context, on the thread pool.
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
        if (!_inbox.IsEmpty)
        {
            GoOnOutside();
        }
    }

    /// <summary>A callback that the BCL posted threw after the end of the task: nobody can observe it.</summary>
    private protected virtual void FaultedOutside(Exception error)
    {
    }

    internal bool HasLastStepEnded => _after.Read() != 0;

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
                // Waits for the core ended with the task.
                if (item is PostedContinuation posted)
                {
                    try
                    {
                        posted.Run();
                    }
                    catch (Exception e)
                    {
                        // Of a callback, as of a Progress; what an async method throws is in its task.
                        FaultedOutside(e);
                    }
                }
            }

            _after.Write(Ended);
            Fence.Full();
        }
        while (!_inbox.IsEmpty && _after.TryChange(Ended, GoingOn));
    }
}
