using Lab.Core.Scheduling;
using Lab.Core.Time;

namespace Lab.Properties.Scheduling;

/// <summary>Workers over one injector, fed and picked by hand. Tasks are named by one letter each, so that an order is a word.</summary>
internal sealed class PickBed
{
    private readonly Scheduler _scheduler;

    internal PickBed(int workers = 1, params int[] victims)
    {
        Decisions = new QueuedVictims(victims);
        _scheduler = new Scheduler(new VirtualDispatch(1), Decisions, new TimerDriver(TimeProvider.System));
        Workers = Worker.CreateAll(workers, Injector);
    }

    internal Injector Injector { get; } = new();

    internal Worker[] Workers { get; }

    internal QueuedVictims Decisions { get; }

    /// <summary>A task that is Queued but has no entry yet.</summary>
    internal ScriptedTask Queued(string name)
    {
        var task = new ScriptedTask(_scheduler, name);
        task.Wake.TryWake();
        return task;
    }

    internal void Local(string name, int count, int worker = 0) => Repeat(name, count, task => Workers[worker].Push(task));

    internal void Slot(string name, int worker = 0) => Workers[worker].PushSlot(Queued(name));

    internal void Injected(string name, int count) => Repeat(name, count, task => Injector.PushReady(new QueueEntry(task)));

    internal void Canceled(string name, int count) => Repeat(name, count, Promote);

    internal void Timed(string name, int count, long deadline) => Repeat(name, count, task =>
    {
        task.Deadline = deadline;
        Injector.TryPushToOwnLane(task);
    });

    /// <summary>What a request to cancel does to a queued task: its entry dies, and a new one goes to the cancel lane.</summary>
    internal void Promote(RuntimeTask task)
    {
        task.IsPromoted = true;
        task.Wake.TryPromote();
        Injector.TryPushToOwnLane(task);
    }

    /// <summary>What a join does to a task that is queued and has not begun: it becomes the worker's next. True: its entry was alive.</summary>
    internal bool Join(RuntimeTask joined, RuntimeTask? joiner = null, int worker = 0) =>
        Workers[worker].TryPutNext(joiner ?? Queued("j"), joined, joined.Wake.Sequence, out _);

    internal string? Next(int worker = 0, long now = 0) => Workers[worker].TryNext(Decisions, now, out var task) ? ((ScriptedTask)task).Name : null;

    /// <summary>The names of the next picks, together; stops when there is nothing.</summary>
    internal string Pick(int steps, int worker = 0, long now = 0)
    {
        var names = new List<string>();
        for (var i = 0; i < steps && Next(worker, now) is { } name; i++)
        {
            names.Add(name);
        }

        return string.Concat(names);
    }

    private void Repeat(string name, int count, Action<ScriptedTask> push)
    {
        for (var i = 0; i < count; i++)
        {
            push(Queued(name));
        }
    }

    internal sealed class QueuedVictims(int[] victims) : IDecisions
    {
        private readonly Queue<int> _victims = new(victims);

        /// <summary>The counts that were asked with.</summary>
        internal List<int> Asked { get; } = [];

        /// <summary>Workers that are not worth stealing from.</summary>
        internal HashSet<int> Spared { get; } = [];

        /// <summary>From which worker how many were taken.</summary>
        internal List<(int Victim, int Count)> Stolen { get; } = [];

        public ulong Draw(ulong bound) => 0;

        public void HasStolen(Worker victim, int count, bool haveBegun) => Stolen.Add((victim.Index, count));

        public bool IsWorthStealing(Worker victim) => !Spared.Contains(victim.Index);

        public int Victim(int count)
        {
            Asked.Add(count);
            return _victims.TryDequeue(out var victim) ? victim : 0;
        }
    }
}
