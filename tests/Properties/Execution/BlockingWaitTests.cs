using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

#pragma warning disable RS0030, xUnit1031 // What the programs below do is what the lab must notice.

/// <summary>A step that blocks the lab's only thread costs that thread, never the process.</summary>
[TestFixture]
internal sealed class BlockingWaitTests
{
    [TearDown]
    public void The_next_exploration_works() => Judge.MustPass(async cx => await cx.DelayAsync(TimeSpan.FromSeconds(1)));

    [Test]
    public void Result_of_a_task() => MustSee(cx => NeverEnds(cx).Result.ToString());

    [Test]
    public void Wait_for_a_task() => MustSee(cx => NeverEnds(cx).Wait());

    [Test]
    public void Wait_with_a_long_limit() => MustSee(cx => NeverEnds(cx).Wait(TimeSpan.FromHours(1)));

    [Test]
    public void A_semaphore_of_the_bcl() => MustSee(cx => new SemaphoreSlim(0).Wait());

    [Test]
    public void An_event_of_the_bcl() => MustSee(cx => new ManualResetEvent(false).WaitOne());

    [Test]
    public void A_lock_that_somebody_else_holds()
    {
        var gate = new object();
        lock (gate)
        {
            MustSee(cx =>
            {
                lock (gate)
                {
                }
            });
        }
    }

    // The thread that was given up waits for good, and asks nobody again whether it may; if it did, it would within a millisecond.
    [Test]
    public void A_thread_that_was_given_up_tells_of_it_once()
    {
        var foreign = new ForeignPosts(new Alarm()) { Watchdog = TimeSpan.FromMilliseconds(1) };
        using var again = new ManualResetEventSlim();
        var told = 0;
        foreign.Blocked = (_, _) =>
        {
            if (++told > 1)
            {
                again.Set();
            }
        };
        var thread = new Thread(() =>
        {
            foreign.ComeHome();
            SynchronizationContext.SetSynchronizationContext(new Asking(foreign));
            new ManualResetEvent(false).WaitOne();
        });
        thread.IsBackground = true;
        thread.Start();
        Assert.That(SpinWait.SpinUntil(() => Volatile.Read(ref told) == 1, TimeSpan.FromMinutes(1)));
        Assert.That(again.Wait(200), Is.False);
    }

    [Test]
    public void Thread_Sleep() => MustHang(static cx => Thread.Sleep(3_000));

    [Test]
    public void An_endless_loop()
    {
        var stop = false;
        try
        {
            MustHang(cx =>
            {
                while (!Volatile.Read(ref stop))
                {
                }
            });
        }
        finally
        {
            Volatile.Write(ref stop, true);
        }
    }

    [Test]
    public void A_thread_that_comes_back_after_it_was_given_up_runs_no_further_execution()
    {
        var runs = 0;
        using var sleep = new ManualResetEventSlim();
        Judge.MustFind(VerdictKind.BlockingWait, async cx =>
        {
            Interlocked.Increment(ref runs);
            await cx.YieldAsync();
            SpinWait.SpinUntil(() => sleep.IsSet);
        }, Judge.Impatient);
        sleep.Set();
        Thread.Sleep(100);
        Assert.That(Volatile.Read(ref runs), Is.EqualTo(1));
    }

    [Test]
    public void A_short_lock_passes() => Judge.MustPass(async cx =>
    {
        var gate = new object();
        lock (gate)
        {
        }

        await cx.YieldAsync();
    });

    private static void MustSee(Action<Cx> block) => Judge.MustFind(
        VerdictKind.BlockingWait,
        cx => Blocker(cx, block),
        Judge.Impatient,
        "blocking-wait: T0.1 \"blocker\" blocked the lab's only thread (its last call of the core: BlockingWaitTests.cs:",
        "\n  at BlockingWaitTests.", "(BlockingWaitTests.cs:");

    private static void MustHang(Action<Cx> block) => Judge.MustFind(
        VerdictKind.BlockingWait,
        cx => Blocker(cx, block),
        Judge.Impatient,
        "blocking-wait: a step of T0.1 \"blocker\" (its last call of the core: BlockingWaitTests.cs:",
        "did not return within 0.2 s of real time");

    private static Task Blocker(Cx cx, Action<Cx> block) => cx.ScopeAsync(scope =>
    {
        scope.Spawn(
            async c =>
            {
                await c.YieldAsync();
                block(c);
            },
            name: "blocker");
        return Task.CompletedTask;
    });

    private static async Task<int> NeverEnds(Cx cx)
    {
        await cx.YieldAsync();
        return 1;
    }

    private sealed class Asking : SynchronizationContext
    {
        private readonly ForeignPosts _foreign;

        internal Asking(ForeignPosts foreign)
        {
            _foreign = foreign;
            SetWaitNotificationRequired();
        }

        public override int Wait(IntPtr[] waitHandles, bool waitAll, int millisecondsTimeout) =>
            _foreign.BlockingWait(null!, waitHandles, waitAll, millisecondsTimeout);
    }
}
