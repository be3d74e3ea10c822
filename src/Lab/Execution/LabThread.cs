using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Lab.Core.Tasks;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>
/// Runs lab work on a thread of its own, so that a step which never returns costs that thread and not the caller's. The caller waits and watches
/// the engine's heartbeat; a step that takes longer than the watchdog allows ends the work with a verdict, and the thread is abandoned.
/// </summary>
internal sealed class LabThread<T>
    where T : class
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(250);

    private readonly ManualResetEventSlim _done = new();
    private T? _result;
    private ExceptionDispatchInfo? _error;
    private Verdict? _blocked;

    private readonly LabEngine _engine;
    private long _beat = -1;

    // For how long the heartbeat has stood still, and when that was last looked at.
    private TimeSpan _still;
    private long _looked = Stopwatch.GetTimestamp();

    private LabThread(LabEngine engine)
    {
        _engine = engine;
        engine.Blocked = verdict =>
        {
            _blocked = verdict;
            _done.Set();
        };
    }

    /// <summary>Why the thread had to be given up, if it had to.</summary>
    internal Verdict? GivenUp { get; private set; }

    /// <summary>Runs <paramref name="work"/>. A verdict instead of a result when its thread had to be given up.</summary>
    internal static (T? Result, Verdict? GivenUp) Run(LabEngine engine, Func<T> work)
    {
        var thread = Start(engine, work);
        while (!thread.HasEnded(milliseconds: 50))
        {
        }

        thread.ThrowIfFaulted();
        return (thread._result, thread.GivenUp);
    }

    /// <summary>Begins; whoever began looks after it with <see cref="HasEnded"/>.</summary>
    internal static LabThread<T> Start(LabEngine engine, Func<T> work)
    {
        var lab = new LabThread<T>(engine);
        if (OperatingSystem.IsBrowser())
        {
            // There is one thread. Nobody watches: a step that never returns is the page's end, and so it would be without the lab.
            lab.Work(work);
            return lab;
        }

        var context = ExecutionContext.Capture();
        var thread = new Thread(
            () =>
            {
                if (context is null)
                {
                    lab.Work(work);
                }
                else
                {
                    ExecutionContext.Run(context, _ => lab.Work(work), null);
                }
            },
            maxStackSize: 16 * 1024 * 1024)
        {
            IsBackground = true,
            Name = "lab",
        };
        thread.UnsafeStart();
        return lab;
    }

    /// <summary>Waits that long at most; true when the work is done or its thread was given up. Looks whether it is stuck: call it every 50 ms or so.</summary>
    internal bool HasEnded(int milliseconds)
    {
        if (OperatingSystem.IsBrowser())
        {
            return true;
        }

        if (!_done.Wait(milliseconds) && !IsStuck())
        {
            return false;
        }

        if (_blocked is not null)
        {
            GivenUp = _blocked;
            _engine.GiveUp();
        }

        return true;
    }

    /// <summary>What the work threw, thrown here.</summary>
    internal void ThrowIfFaulted()
    {
        if (GivenUp is null)
        {
            _error?.Throw();
        }
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

    private bool IsStuck()
    {
        var since = Stopwatch.GetElapsedTime(_looked);
        _looked = Stopwatch.GetTimestamp();
        if (_engine.Heartbeat != _beat || !_engine.IsInStep || Debugger.IsAttached)
        {
            _beat = _engine.Heartbeat;
            _still = TimeSpan.Zero;
            return false;
        }

        // What is longer than any pause between two looks, the whole process stood still: a suspended machine, SIGSTOP.
        _still += since < s_longestPause ? since : s_longestPause;

        // Waits that the lab can see report themselves, with their stack, and however slow the machine is that looks for the lines of it.
        if (_engine.TellsItself || (_still - TimeSpan.FromSeconds(1)).Ticks <= Duration.TicksOf(_engine.Options.Watchdog))
        {
            return false;
        }

        _blocked = _engine.Stuck();
        return true;
    }
}
