using Lab.Core.Scheduling;
using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>A running native host without a runtime around it.</summary>
internal sealed class NativeBed : IDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal NativeBed(int workers, TimeProvider? clock = null)
    {
        Timers = new TimerDriver(clock ?? TimeProvider.System);
        Dispatch = new NativeDispatch(workers, seed: 1, Timers);
        Scheduler = new Scheduler(Dispatch, Dispatch, Timers);
        Dispatch.Start(Scheduler);
    }

    internal TimerDriver Timers { get; }

    internal NativeDispatch Dispatch { get; }

    internal Scheduler Scheduler { get; }

    internal ScriptedTask Task(string name, Action<ScriptedTask> step) => new(Scheduler, name, step);

    internal ScriptedTask Spawn(Action<ScriptedTask> step, string name = "x")
    {
        var task = Task(name, step);
        Scheduler.StartTask(task);
        return task;
    }

    /// <summary>Waits until every worker sleeps, and the watcher does not look for stuck tasks any more: from now on only a wake-up helps.</summary>
    internal void WaitUntilIdle() =>
        WaitUntil(() => Dispatch.Idle.Asleep == Dispatch.Workers.Length && Dispatch.Idle.Watched == Watch.Timers, "all workers sleep");

    internal static void WaitUntil(Func<bool> condition, string what) => Assert.That(SpinWait.SpinUntil(condition, Patience), Is.True, what);

    public void Dispose() => Assert.That(Dispatch.Stop(), Is.True, "a worker did not end");
}
