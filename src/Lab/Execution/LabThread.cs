using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>
/// Runs lab work on a thread of its own, so that a step which never returns costs that thread and not the caller's. The caller waits and watches
/// the engine's heartbeat; a step that takes longer than the watchdog allows ends the work with a verdict, and the thread is abandoned.
/// </summary>
internal sealed class LabThread<T>
    where T : class
{
    private readonly ManualResetEventSlim _done = new();
    private T? _result;
    private ExceptionDispatchInfo? _error;
    private Verdict? _blocked;

    /// <summary>Runs <paramref name="work"/>. A verdict instead of a result when its thread had to be given up.</summary>
    internal (T? Result, Verdict? GivenUp) Run(LabEngine engine, Func<T> work)
    {
        engine.Blocked = verdict =>
        {
            _blocked = verdict;
            _done.Set();
        };
        var context = ExecutionContext.Capture();
        var thread = new Thread(
            () =>
            {
                if (context is null)
                {
                    Work(work);
                }
                else
                {
                    ExecutionContext.Run(context, _ => Work(work), null);
                }
            },
            maxStackSize: 16 * 1024 * 1024)
        {
            IsBackground = true,
            Name = "lab",
        };
        thread.UnsafeStart();
        Watch(engine);
        if (_blocked is not null)
        {
            engine.GiveUp();
            return (null, _blocked);
        }

        _error?.Throw();
        return (_result, null);
    }

    private void Work(Func<T> work)
    {
        try
        {
            _result = work();
        }
        catch (Exception e)
        {
            _error = ExceptionDispatchInfo.Capture(e);
        }

        _done.Set();
    }

    private void Watch(LabEngine engine)
    {
        var watchdog = engine.Options.Watchdog;
        var beat = -1L;
        var since = Stopwatch.GetTimestamp();
        while (!_done.Wait(50))
        {
            if (engine.Heartbeat != beat || !engine.IsInStep || Debugger.IsAttached)
            {
                beat = engine.Heartbeat;
                since = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(since) > watchdog + TimeSpan.FromSeconds(1))
            {
                // Longer than the watchdog of waits that the lab can see: those report themselves, with their stack.
                _blocked = engine.Stuck();
                return;
            }
        }
    }
}
