using System.Collections.Concurrent;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>
/// The border between the lab's one thread and all others, and between one execution and the next: continuations that foreign threads post are
/// escapes and are kept apart, calls of theirs that use an object of the execution are escapes as well, and waits that would block the lab's thread are timed.
/// </summary>
internal sealed class ForeignPosts(Alarm alarm) : IBorder
{
    private const int Nowhere = -1;

    private readonly ConcurrentQueue<ForeignPost> _noted = new();
    private readonly ManualResetEventSlim _arrived = new();
    private ForeignPost? _stale;
    private int _home = Nowhere;
    private volatile bool _any;
    private volatile bool _tellsItself;

    /// <summary>Between begin and end: who uses an object of an execution that is over, while none runs, only looks what came of it.</summary>
    private volatile bool _isRunning;

    /// <summary>1 once an object was used from outside in this execution: the first to do so is the one that is told.</summary>
    private int _isUsed;
    private long _execution;

    /// <summary>The execution; records carry it while they serve one.</summary>
    internal long Epoch { get; private set; }

    /// <summary>The thread that runs the execution.</summary>
    internal bool IsHome => Environment.CurrentManagedThreadId == _home;

    /// <summary>Something came from outside.</summary>
    internal bool Any => _any;

    /// <summary>The thread is lent, not the lab's own: the lab does not wait on it, and cannot give it up when the program does.</summary>
    internal bool IsGuest { get; set; }

    /// <summary>Real time that a blocking wait is given.</summary>
    internal TimeSpan Watchdog { get; set; }

    /// <summary>The thread is in a wait that ends within the watchdog's time, or tells who blocked and where: whoever watches it has nothing to add.</summary>
    internal bool TellsItself => _tellsItself;

    /// <summary>A wait blocked the lab's thread for longer than the watchdog allows; the thread is given up. Called on that thread.</summary>
    internal Action<RuntimeTask, string>? Blocked { get; set; }

    /// <summary>
    /// The next execution begins. What was posted to the one before is its affair, and it has failed already, unless it had ended cleanly
    /// (<paramref name="wasClean"/>): then somebody must hear of it, and <see cref="Any"/> is true from the start.
    /// </summary>
    internal void Begin(bool wasClean)
    {
        ComeHome();
        if (!_any)
        {
            Epoch++;
            return;
        }

        _arrived.Reset();
        _stale = null;
        while (_noted.TryDequeue(out var post))
        {
            if (wasClean && post.Task?.Epoch == Epoch)
            {
                _stale ??= post with { IsStale = true };
            }
        }

        Epoch++;
        _any = _stale is not null;
    }

    /// <summary>It has begun. <paramref name="execution"/> is the <see cref="Recorder"/>'s number of it.</summary>
    internal void Run(long execution)
    {
        Volatile.Write(ref _execution, execution);
        Volatile.Write(ref _isUsed, 0);
        _isRunning = true;
    }

    /// <summary>It has ended, and is judged.</summary>
    internal void End() => _isRunning = false;

    /// <summary>The execution pauses and its thread is given back: what that does meanwhile comes from outside.</summary>
    internal void Leave() => _home = Nowhere;

    /// <summary>The execution goes on, on this thread.</summary>
    internal void ComeHome() => _home = Environment.CurrentManagedThreadId;

    /// <summary>A foreign thread touched the task.</summary>
    internal void Note(RuntimeTask task)
    {
        if (!IsHome && task.Epoch >= 0)
        {
            Arrived(new ForeignPost(task, Describe(), IsStale: false));
        }
    }

    /// <summary>A foreign thread set a timer of the clock.</summary>
    internal void NoteTimer() => Arrived(new ForeignPost(null, Describe(), IsStale: false));

    /// <summary>
    /// A thread outside uses an object. One of this execution: it changes, at some moment that is nobody's decision. One of an earlier execution that
    /// ended cleanly: work goes on that its program did not wait for, and only chance kept it from coming earlier. Those that failed have told already.
    /// </summary>
    void IBorder.Used(TracedObject target, ObjectShadow shadow)
    {
        if (!_isRunning || IsHome || Interlocked.Exchange(ref _isUsed, 1) != 0)
        {
            return;
        }

        var isStale = !shadow.Serves(target, Volatile.Read(ref _execution));
        var name = isStale ? target.KindName : shadow is TaskShadow task ? TaskText.Of(task) : shadow.Text;
        var stack = CallStack.IntoLab(out var call);
        Arrived(new ForeignPost(null, Describe(), isStale, new ForeignUse(name, call, stack)));
    }

    /// <summary>A foreign thread uses the task's context as if it were the task: there is one thread here, so it goes no further.</summary>
    internal void Refuse(RuntimeTask task)
    {
        Note(task);
        throw new InvalidOperationException(
            $"The Cx of the {task.Node} was used by {Describe()}, outside of the lab. After ConfigureAwait(false) and inside Task.Run there is no task.");
    }

    /// <summary>A task of an earlier execution was woken by this one.</summary>
    internal void Revived(RuntimeTask task)
    {
        _stale ??= new ForeignPost(task, "this execution", IsStale: true);
        _any = true;
        alarm.Raise();
    }

    internal bool TryTake(out ForeignPost post)
    {
        if (_stale is { } stale)
        {
            post = stale;
            return true;
        }

        while (_noted.TryDequeue(out post!))
        {
            // Records of executions that failed are dead, and what comes for them is late.
            if (post.Task is null || post.Task.Epoch >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits in real time for something from outside, where the thread is the lab's own.</summary>
    internal bool WaitFor(TimeSpan time)
    {
        if (IsGuest || OperatingSystem.IsBrowser())
        {
            return _any;
        }

        // This wait is the lab's own: the context of the task that ran last would take it for one of the program's.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return _any || _arrived.Wait(Duration.MillisecondsOf(time));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    internal int BlockingWait(RuntimeTask task, IntPtr[] handles, bool waitAll, int millisecondsTimeout)
    {
        const uint ShortWait = 50;

        // Unsigned: for ever, which is -1, is longer than everything.
        var (watchdog, asked) = ((uint)Duration.MillisecondsOf(Watchdog), (uint)millisecondsTimeout);
        if (!IsHome || IsGuest || asked < Math.Min(ShortWait, watchdog))
        {
            return RuntimeTask.Block(handles, waitAll, millisecondsTimeout);
        }

        _tellsItself = true;
        var result = 0;
        try
        {
            result = RuntimeTask.Block(handles, waitAll, (int)Math.Min(watchdog, asked));
        }
        finally
        {
            // Else it tells now, and stays so: the one verdict is its own.
            _tellsItself = result == WaitHandle.WaitTimeout;
        }

        if (result != WaitHandle.WaitTimeout)
        {
            return result;
        }

        Blocked?.Invoke(task, CallStack.Here());

        // The verdict is out and this thread belongs to nobody: it must not run the program any further. Its own wait is nobody's business either: under
        // the task's context it would come here again, one call deeper after every watchdog, and each collection would walk that stack.
        Thread.CurrentThread.IsBackground = true;
        SynchronizationContext.SetSynchronizationContext(null);
        new ManualResetEvent(false).WaitOne();
        return WaitHandle.WaitTimeout;
    }

    private void Arrived(ForeignPost post)
    {
        _noted.Enqueue(post);
        _any = true;
        alarm.Raise();
        _arrived.Set();
    }

    private string Describe()
    {
        if (_home == Nowhere)
        {
            return "what its thread did between two slices";
        }

        var thread = Thread.CurrentThread;
        return thread.IsThreadPoolThread ? "a thread-pool thread" : $"thread \"{thread.Name ?? "unnamed"}\"";
    }
}
