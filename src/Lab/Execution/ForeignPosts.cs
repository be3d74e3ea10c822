using System.Collections.Concurrent;
using System.Diagnostics;
using Lab.Core.Scheduling;

namespace Lab.Execution;

/// <summary>
/// The border between the lab's one thread and all others: continuations that foreign threads post are escapes and are kept apart, and waits that
/// would block the lab's thread are timed.
/// </summary>
internal sealed class ForeignPosts
{
    private readonly ConcurrentQueue<(RuntimeTask Task, string Stack)> _noted = new();
    private readonly ConcurrentQueue<RuntimeTask> _delivered = new();
    private readonly ManualResetEventSlim _arrived = new();
    private int _home;
    private volatile bool _any;

    /// <summary>The thread that runs the execution.</summary>
    internal bool IsHome => Environment.CurrentManagedThreadId == _home;

    /// <summary>Something came from outside.</summary>
    internal bool Any => _any;

    /// <summary>Real time that a blocking wait is given.</summary>
    internal TimeSpan Watchdog { get; set; }

    /// <summary>A wait blocked the lab's thread for longer than the watchdog allows; the thread is given up. Called on that thread.</summary>
    internal Action<RuntimeTask, string>? Blocked { get; set; }

    internal void Begin()
    {
        _home = Environment.CurrentManagedThreadId;
        _noted.Clear();
        _delivered.Clear();
        _arrived.Reset();
        _any = false;
    }

    /// <summary>A foreign thread touched the task. The stack is that thread's: it shows what brought it here.</summary>
    internal void Note(RuntimeTask task)
    {
        if (!IsHome)
        {
            _noted.Enqueue((task, Describe()));
            _any = true;
            _arrived.Set();
        }
    }

    internal void Deliver(RuntimeTask task)
    {
        _delivered.Enqueue(task);
        _any = true;
        _arrived.Set();
    }

    internal bool TryTake(out (RuntimeTask Task, string Stack) post) => _noted.TryDequeue(out post);

    /// <summary>Waits in real time for something from outside.</summary>
    internal bool WaitFor(TimeSpan time)
    {
        // This wait is the lab's own: the context of the task that ran last would take it for one of the program's.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return _any || _arrived.Wait(time);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    internal int BlockingWait(RuntimeTask task, IntPtr[] handles, bool waitAll, int millisecondsTimeout)
    {
        var watchdog = (int)Watchdog.TotalMilliseconds;
        if (!IsHome || (millisecondsTimeout >= 0 && millisecondsTimeout <= watchdog && millisecondsTimeout < 50))
        {
            return RuntimeTask.Block(handles, waitAll, millisecondsTimeout);
        }

        var result = RuntimeTask.Block(handles, waitAll, watchdog);
        if (result != WaitHandle.WaitTimeout)
        {
            return result;
        }

        Blocked?.Invoke(task, new StackTrace(1, fNeedFileInfo: true).ToString());

        // The verdict is out and this thread belongs to nobody: it must not run the program any further.
        Thread.CurrentThread.IsBackground = true;
        new ManualResetEvent(false).WaitOne();
        return WaitHandle.WaitTimeout;
    }

    private static string Describe()
    {
        var thread = Thread.CurrentThread;
        var name = thread.IsThreadPoolThread ? "a thread-pool thread" : $"thread \"{thread.Name ?? "unnamed"}\"";
        return name;
    }
}
