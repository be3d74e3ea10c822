using Lab.Core.Cancellation;
using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

#pragma warning disable RS0030 // What the programs below do is what the lab must notice.

/// <summary>Threads that the lab does not run call synchronous operations of what an execution made: nothing is posted to any task then, and it is an escape.</summary>
[TestFixture]
internal sealed class ForeignCallTests
{
    private static readonly CancellationReason s_reason = new(CancellationKind.User, "", default);

    private static IEnumerable<TestCaseData> Calls()
    {
        yield return Call("notify@0#2", "Notify.NotifyOne", static (_, _) => new Notify().NotifyOne);
        yield return Call("notify@0#2", "Notify.NotifyWaiters", static (_, _) => new Notify().NotifyWaiters);
        yield return Call("semaphore@0#2", "AsyncSemaphore.Release", static (_, _) => { var s = new AsyncSemaphore(0); return () => s.Release(); });
        yield return Call("channel@0#2", "Sender.TrySend", static (_, _) => { var (tx, _) = Mpsc.Bounded<int>(1); return () => tx.TrySend(1); });
        yield return Call("channel@0#2", "Receiver.TryReceive", static (_, _) => { var (_, rx) = Mpsc.Bounded<int>(1); return () => rx.TryReceive(out var _); });
        yield return Call("channel@0#2", "Sender.Dispose", static (_, _) => { var (tx, _) = Mpsc.Bounded<int>(1); return tx.Dispose; });
        yield return Call("channel@0#2", "MpscWriter.TryWrite", static (_, _) => { var (tx, _) = Mpsc.Bounded<int>(1); return () => tx.Writer.TryWrite(1); });
        yield return Call("oneshot@0#2", "OneshotSender.TrySend", static (_, _) => { var (tx, _) = Oneshot.Create<int>(); return () => tx.TrySend(1); });
        yield return Call("T0.1 \"child\"", "TaskHandle.Cancel", static (_, child) => () => child.Cancel());
        yield return Call("T0", "CancellationNode.Cancel", static (cx, _) => () => cx.Cancel(s_reason));
        yield return Call("T0", "CancellationLink.Connect", static (cx, _) =>
        {
            var source = new CancellationTokenSource();
            cx.LinkTo(source.Token);
            return source.Cancel;
        });
    }

    [TestCaseSource(nameof(Calls))]
    public void A_call_from_outside_is_an_escape_that_names_what_was_called_and_where(string used, string call, Func<Cx, TaskHandle, Action> make)
    {
        var verdict = Judge.MustFind(
            VerdictKind.Escape,
            cx => Use(cx, make, static action => Elsewhere(action)),
            "\n  at ForeignCallTests.",
            "(ForeignCallTests.cs:");

        // Of a call that the JIT has put into its caller the name is gone, and no other is told in its place.
        Assert.That(
            verdict.FirstLine,
            Is.EqualTo($"{used} was used by thread \"mine\", outside of the lab: {call}.").Or.EqualTo($"{used} was used by thread \"mine\", outside of the lab."));
        Judge.MustPass(cx => Use(cx, make, static action => action()));
    }

    [Test]
    public void A_thread_that_only_looks_is_none() => Judge.MustPass(static async cx =>
    {
        var semaphore = new AsyncSemaphore(1);
        await cx.ScopeAsync(async scope =>
        {
            var worker = scope.Spawn(static c => c.DelayAsync(TimeSpan.FromMilliseconds(1)).AsTask());
            Elsewhere(() => _ = (semaphore.CurrentCount, worker.IsCompleted, cx.IsCancellationRequested, cx.Reason));
            await worker.JoinAsync(cx);
        });
    });

    // The wake that comes of it is another matter than the call, and a consequence.
    [Test]
    public void The_call_is_named_and_not_the_task_that_it_wakes() => Judge.MustFind(
        VerdictKind.Escape,
        static async cx =>
        {
            var notify = new Notify();
            _ = Task.Run(notify.NotifyOne);
            await notify.WaitAsync(cx);
        },
        "escape: notify@0#1 was used by a thread-pool thread, outside of the lab");

    [Test]
    public void Where_nobody_comes_from_outside_it_is_a_deadlock_as_ever() => Judge.MustFind(
        VerdictKind.Deadlock, static async cx => await new Notify().WaitAsync(cx), "deadlock: a task can never run again");

    // The third message was never stamped by a sender of the lab: a rule of the core is broken, and not by the core.
    [Test]
    public void A_rule_that_breaks_by_it_does_not_blame_the_core() => Judge.MustFind(
        VerdictKind.Escape,
        static async cx =>
        {
            var (tx, rx) = Mpsc.Bounded<int>(2);
            await tx.SendAsync(1, cx);
            Elsewhere(() => tx.TrySend(2));
            await rx.ReceiveAsync(cx);
            await rx.ReceiveAsync(cx);
        },
        "escape: channel@0#1 was used by thread \"mine\", outside of the lab");

    [Test]
    public void An_object_of_an_earlier_execution_that_passed_is_told_as_such()
    {
        Notify? earlier = null;
        Judge.MustFind(
            VerdictKind.Escape,
            async cx =>
            {
                var kept = earlier;
                earlier = new Notify();
                await cx.YieldAsync();
                if (kept is not null)
                {
                    Elsewhere(kept.NotifyOne);
                }

                await cx.YieldAsync();
            },
            "escape: a notify of an earlier execution was used by thread \"mine\", outside of the lab");
    }

    // A failure ends where it likes, with threads of the program's on their way: the second look at it, and its shrinking, are not theirs to disturb.
    [Test]
    public void An_object_of_an_execution_that_failed_disturbs_no_later_one()
    {
        Notify? failed = null;
        var runs = 0;
        Judge.MustFind(
            VerdictKind.Exception,
            async cx =>
            {
                failed ??= new Notify();
                if (runs++ > 0)
                {
                    Elsewhere(failed.NotifyOne);
                    await cx.YieldAsync();
                    Elsewhere(failed.NotifyOne);
                }
                else
                {
                    await cx.YieldAsync();
                }

                throw new InvalidDataException("always");
            });
        Assert.That(runs, Is.GreaterThan(1), "a failure is looked at twice");
    }

    [Test]
    public void What_the_caller_of_a_lab_does_with_its_objects_between_two_runs_is_nobodys_business()
    {
        Notify? notify = null;
        for (var i = 0; i < 3; i++)
        {
            notify?.NotifyOne();
            Judge.MustPass(async cx =>
            {
                notify = new Notify();
                await cx.YieldAsync();
            });
        }
    }

    [Test]
    public void Labs_side_by_side_do_not_mix()
    {
        var options = new ExploreOptions { Lab = Judge.Quick, Executions = 3_000, Workers = 2, LinearisationSamples = 0, Shrink = null };
        var isDone = false;
        var others = new Thread(() =>
        {
            while (!Volatile.Read(ref isDone))
            {
                Assert.That(Judge.Explore(Foreign).Kind, Is.EqualTo(VerdictKind.Escape));
            }
        });
        others.Start();
        var verdict = Judge.Explore(static cx => Use(cx, static (_, _) => new Notify().NotifyOne, static action => action()), options);
        Volatile.Write(ref isDone, true);
        others.Join();
        Assert.That(verdict.IsFailure, Is.False, verdict.ToString());

        static async Task Foreign(Cx cx)
        {
            var notify = new Notify();
            Elsewhere(notify.NotifyOne);
            await cx.YieldAsync();
        }
    }

    private static TestCaseData Call(string used, string call, Func<Cx, TaskHandle, Action> make) =>
        new TestCaseData(used, call, make).SetArgDisplayNames(used, call);

    private static Task Use(Cx cx, Func<Cx, TaskHandle, Action> make, Action<Action> call) => cx.ScopeAsync(async scope =>
    {
        var child = scope.Spawn(static async c => await c.YieldAsync(), name: "child");
        call(make(cx, child));
        using (cx.Mask())
        {
            await cx.YieldAsync();
        }
    });

    private static void Elsewhere(Action action)
    {
        var thread = new Thread(() => action()) { Name = "mine" };
        thread.Start();
        thread.Join();
    }
}
