namespace Lab.Core.Memory;

/// <summary>
/// Whether its thread has stack for another call into user code. To ask the runtime each time would cost as much as a short step, so the last yes is kept
/// with the place of the stack at which it was given: above that place there is more, and a little below it enough. Used by one thread.
/// </summary>
internal struct StackRoom
{
    /// <summary>So many bytes below the last yes it is asked again. It was a yes because 128 KB were left (64 on 32 bits).</summary>
    private const int Unasked = 16 * 1024;

    /// <summary>Zero: never asked. Stacks grow downwards.</summary>
    private nuint _enoughAt;

    internal unsafe bool IsEnough
    {
        get
        {
            byte here;
            var at = (nuint)(&here);
            return (_enoughAt != 0 && at + Unasked >= _enoughAt) || Ask(at);
        }
    }

    private bool Ask(nuint at)
    {
        if (!WorkerThread.HasStack)
        {
            return false;
        }

        _enoughAt = at;
        return true;
    }
}
