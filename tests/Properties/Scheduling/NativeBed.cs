using Lab.Core.Scheduling;
using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>A running native host without a runtime around it.</summary>
internal sealed class NativeBed : IDisposable
{
    /// <summary>
    /// So many waits of a millisecond before a test gives up, and no time: while the machine has no processor for us it has none for what is waited for.
    /// </summary>
    private const int Patience = 20_000;

    /// <summary>Of a worker's last step, where nothing but a failure takes long.</summary>
    private static readonly TimeSpan s_longestStep = TimeSpan.FromMinutes(10);

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

    internal static void WaitUntil(Func<bool> condition, string what) =>
        Assert.That(Waits(milliseconds => SpinWait.SpinUntil(condition, milliseconds)), Is.True, what);

    /// <summary>Waits with <paramref name="wait"/>, which is given milliseconds, until that says that what it waits for has come. False: it did not come.</summary>
    internal static bool Waits(Func<int, bool> wait)
    {
        for (var i = 0; i < Patience; i++)
        {
            if (wait(1))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => Assert.That(Dispatch.Stop(s_longestStep), Is.True, "a worker did not end");
}
