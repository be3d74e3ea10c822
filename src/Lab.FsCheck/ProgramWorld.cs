using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Generators;

/// <summary>The objects of one run of a generated program, and what is counted about them. Counters are exact natively too.</summary>
internal sealed class ProgramWorld
{
    private readonly Lock _lock = new();
    private readonly List<TaskHandle> _handles = [];
    private readonly List<ProgramLog> _logs = [];

    internal ProgramWorld(LabProgram program)
    {
        Program = program;
        Channels = [.. program.Channels.Select(static capacity => Mpsc.Bounded<ProgramMessage>(capacity))];
        Notifies = [.. Enumerable.Range(0, program.Notifies).Select(static _ => new CountedNotify())];
        Semaphores = [.. program.Semaphores.Select(static count => new AsyncSemaphore(count, count))];
        Held = new int[Semaphores.Length];
    }

    internal LabProgram Program { get; }

    internal (Sender<ProgramMessage> Sender, Receiver<ProgramMessage> Receiver)[] Channels { get; }

    internal CountedNotify[] Notifies { get; }

    internal AsyncSemaphore[] Semaphores { get; }

    /// <summary>How many hold each semaphore now.</summary>
    internal int[] Held { get; }

    internal AsyncMutex[] Mutexes { get; } = [new(), new()];

    /// <summary>How many are inside each mutex now.</summary>
    internal int[] Inside { get; } = new int[2];

    internal Shared<int> Variable { get; } = new();

    /// <summary>The logs of all tasks; only when they have ended.</summary>
    internal IReadOnlyList<ProgramLog> Logs => _logs;

    internal ProgramLog NewLog()
    {
        lock (_lock)
        {
            var log = new ProgramLog(_logs.Count, Channels.Length);
            _logs.Add(log);
            return log;
        }
    }

    /// <summary>Starts a task, unless there are too many.</summary>
    internal void Start(Scope scope, Func<Cx, Task> body)
    {
        lock (_lock)
        {
            if (_handles.Count < LabProgram.MaxTasks)
            {
                _handles.Add(scope.Spawn(body));
            }
        }
    }

    /// <summary>The task of that number, in order of start; null if there are not so many yet.</summary>
    internal TaskHandle? Handle(int index)
    {
        lock (_lock)
        {
            return index < _handles.Count ? _handles[index] : null;
        }
    }

    internal TaskHandle SomeHandle(int index)
    {
        lock (_lock)
        {
            return _handles[index % _handles.Count];
        }
    }
}
