namespace Lab.Properties.Time;

/// <summary>Two threads that do something at the same moment, again and again, a little apart each time.</summary>
internal static class TwoThreads
{
    private const int Apart = 40;

    /// <summary>Each round: <paramref name="before"/>, then <paramref name="one"/> and <paramref name="other"/> at once, then <paramref name="after"/>.</summary>
    internal static void Meet(int rounds, Action before, Action one, Action other, Action after)
    {
        var (begun, done) = (0, 0);
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                for (var round = 1; round <= rounds; round++)
                {
                    WaitFor(ref begun, round);
                    Pause(round);
                    other();
                    Volatile.Write(ref done, round);
                }
            }
            catch (Exception e)
            {
                error = e;
                Volatile.Write(ref done, int.MaxValue);
            }
        });
        thread.Start();
        try
        {
            for (var round = 1; round <= rounds && error is null; round++)
            {
                before();
                Volatile.Write(ref begun, round);
                Pause(round / Apart);
                one();
                WaitFor(ref done, round);
                after();
            }
        }
        finally
        {
            Volatile.Write(ref begun, int.MaxValue);
            thread.Join();
        }

        if (error is not null)
        {
            throw error;
        }
    }

    private static void WaitFor(ref int word, int round)
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref word) < round)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private static void Pause(int round)
    {
        for (var i = round % Apart; i > 0; i--)
        {
            Thread.MemoryBarrier();
        }
    }
}
