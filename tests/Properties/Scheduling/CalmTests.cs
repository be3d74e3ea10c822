using Lab.Core.Memory;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>A sleeper that was woken in vain is not woken for the next few entries of an owner who gets on; and nothing is forgotten.</summary>
[TestFixture]
internal sealed class CalmTests
{
    [Test]
    public void In_a_calm_a_few_entries_wake_nobody_and_more_wake_one()
    {
        var (dispatch, worker) = MakeWithSleeper();
        dispatch.Idle.SetCalm(true);
        for (var i = 1; i < OwnerPace.Lasting; i++)
        {
            Push(dispatch, worker);
            Assert.That(dispatch.Idle.Asleep, Is.EqualTo(1), $"{i} entries");
        }

        Push(dispatch, worker);
        Assert.That((dispatch.Idle.Asleep, dispatch.Idle.Searching), Is.EqualTo((0, 1)));
    }

    [Test]
    public void Without_a_calm_the_first_entry_wakes_one()
    {
        var (dispatch, worker) = MakeWithSleeper();
        Push(dispatch, worker);
        Assert.That((dispatch.Idle.Asleep, dispatch.Idle.Searching), Is.EqualTo((0, 1)));
    }

    [Test]
    public void In_a_calm_an_entry_wakes_whoever_is_to_watch_if_nobody_watches_queues()
    {
        // The watcher fell asleep last, when nobody was awake who could be stuck, and then the other was woken.
        var dispatch = new NativeDispatch(2, seed: 1, new TimerDriver(TimeProvider.System));
        Sleep(dispatch, 0);
        Sleep(dispatch, 1);
        Assert.That(dispatch.Idle.TryRise(0));
        dispatch.Idle.Sleep(0);
        Assert.That((dispatch.Idle.TryWakeOne(out var woken), woken), Is.EqualTo((true, 1)));
        dispatch.Idle.EndSearching();
        Assert.That((dispatch.Idle.Asleep, dispatch.Idle.Watched), Is.EqualTo((1, Watch.Timers)));
        dispatch.Idle.SetCalm(true);
        Push(dispatch, dispatch.Workers[1]);
        Assert.That((dispatch.Idle.Asleep, dispatch.Idle.Searching), Is.EqualTo((0, 1)));
    }

    [Test]
    public void Who_falls_asleep_in_a_calm_leaves_queues_to_their_owners_only_if_somebody_watches_them()
    {
        var (dispatch, worker) = MakeWithSleeper();
        Assert.That(dispatch.HasSomethingToDo, Is.False);
        worker.Push(Ready(dispatch));
        Assert.That(dispatch.HasSomethingToDo, "no calm");
        dispatch.Idle.SetCalm(true);
        Assert.That(dispatch.HasSomethingToDo, Is.False, "the sleeper watches");
        Assert.That(dispatch.Idle.TryWakeOne(out _));
        Assert.That(dispatch.HasSomethingToDo, "nobody watches");
    }

    // Worker 1 rises from its watch and finds work. Worker 0 had still seen it watch, and what it has stored since then is seen after the fence.
    [TestCase(true)]
    [TestCase(false)]
    public void What_a_worker_keeps_to_itself_is_watched_though_the_watcher_it_has_seen_finds_work_elsewhere(bool isSlot)
    {
        var dispatch = new NativeDispatch(3, seed: 1, new TimerDriver(TimeProvider.System));
        dispatch.Idle.SetCalm(true);
        Sleep(dispatch, 1);
        Sleep(dispatch, 2);
        Assert.That(dispatch.Idle.TryRise(1));
        Fence.Observed = () =>
        {
            var task = Ready(dispatch);
            if (isSlot)
            {
                dispatch.Workers[0].PushSlot(task);
            }
            else
            {
                dispatch.Workers[0].Push(task);
            }
        };
        dispatch.EndSearching();
        Fence.Observed = null;
        Assert.That((dispatch.Idle.Asleep, dispatch.Idle.Searching), Is.EqualTo((0, 1)), "worker 2 will see to it");
    }

    [Test]
    public void In_a_calm_a_task_whose_owner_stays_busy_is_run_by_another_and_the_calm_is_over()
    {
        using var bed = new NativeBed(2);
        bed.WaitUntilIdle();
        bed.Dispatch.Idle.SetCalm(true);
        using var other = new ManualResetEventSlim();
        var met = false;
        var task = bed.Spawn(task =>
        {
            bed.Spawn(child =>
            {
                other.Set();
                child.Finish();
            });
            met = NativeBed.Waits(other.Wait);
            task.Finish();
        });
        NativeBed.WaitUntil(() => task.IsCompleted, "the busy task ends");
        Assert.That((met, bed.Dispatch.Idle.IsCalm), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task One_that_starts_and_joins_one_short_task_after_the_other_is_left_alone_in_the_end()
    {
        const int Most = 100_000_000;
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 2 });
        await runtime.RunAsync(async cx =>
        {
            var idle = ((NativeDispatch)cx.Task.Scheduler.Dispatch).Idle;
            await using var scope = cx.OpenScope();
            for (var i = 0; i < Most && !(idle.IsCalm && idle.IsAnyAsleep); i++)
            {
                await scope.Spawn(static (_, _) => Task.CompletedTask, 0, SpawnOptions.Pooled).JoinAsync(cx);
            }

            Assert.That(idle.IsCalm, "the other worker has seen that there is nothing for it");
            await scope.JoinAsync(cx);
        });
    }

    private static (NativeDispatch Dispatch, Worker Worker) MakeWithSleeper()
    {
        // No thread of it runs: worker 1 sleeps, and worker 0 is in a step.
        var dispatch = new NativeDispatch(2, seed: 1, new TimerDriver(TimeProvider.System));
        Sleep(dispatch, 1);
        Assert.That(dispatch.Idle.Watched, Is.EqualTo(Watch.TimersAndSlots));
        return (dispatch, dispatch.Workers[0]);
    }

    private static void Sleep(NativeDispatch dispatch, int worker)
    {
        dispatch.Idle.BeginSearching();
        dispatch.Idle.Sleep(worker);
    }

    private static void Push(NativeDispatch dispatch, Worker worker)
    {
        worker.Push(Ready(dispatch));
        dispatch.NotifyLocalWork(worker);
    }

    private static ScriptedTask Ready(NativeDispatch dispatch)
    {
        var scheduler = new Scheduler(dispatch, dispatch, dispatch.Timers);
        var task = new ScriptedTask(scheduler, "x", static _ => { });
        Assert.That(task.Wake.TryWake());
        return task;
    }
}
