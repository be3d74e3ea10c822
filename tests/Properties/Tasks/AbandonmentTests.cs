using Lab.Core.Cancellation;
using Lab.Core.Observing;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

/// <summary>What a shutdown abandons, and what a task leaves open, against the end of the same task at that very moment.</summary>
public sealed class AbandonmentTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static CancellationReason Shutdown => new(CancellationKind.Shutdown, "", DateTimeOffset.UnixEpoch);

    [TestCase(OutcomeKind.Ok)]
    [TestCase(OutcomeKind.Faulted)]
    public async Task A_task_that_is_abandoned_in_the_moment_in_which_it_ends_ends_once(OutcomeKind end)
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1, UnobservedFault = static _ => { } });
        var handle = default(TaskHandle);
        await runtime.RunAsync(async cx =>
        {
            var scope = cx.OpenScope(new ScopeOptions { Faults = FaultPolicy.CollectAll });
            handle = scope.Spawn(_ =>
            {
                // The event comes after the task's own look whether it was abandoned, and before it tells anybody that it ended.
                Instrumentation.Current = new Intruder(EventKind.TaskCompleted, () => handle.Task.Abandon(Shutdown));
                return end == OutcomeKind.Ok ? Task.CompletedTask : throw new FormatException("too late");
            });
            var other = scope.Spawn(static c => c.DelayAsync(TimeSpan.FromHours(1)).AsTask());
            var outcome = await handle.OutcomeAsync(cx);
            Assert.That((outcome.Kind, outcome.Reason?.Kind), Is.EqualTo((OutcomeKind.Canceled, (CancellationKind?)CancellationKind.Shutdown)));

            // Two were spawned and one has ended: counted twice, the scope would be left while the other still runs.
            Assert.That(scope.Live, Is.EqualTo(1));
            other.Cancel();
            await scope.JoinAsync(cx);
            Assert.That(scope.Live, Is.Zero);
        }).WaitAsync(s_patience);
    }

    [Test]
    public async Task Steps_that_end_while_their_tasks_are_abandoned_are_counted_once()
    {
        const int Rounds = 2_000;
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        for (var round = 0; round < Rounds; round++)
        {
            var (entered, released, reason) = (0, 0, Shutdown);
            var task = runtime.Spawn(_ =>
            {
                Volatile.Write(ref entered, 1);
                while (Volatile.Read(ref released) == 0)
                {
                }

                return Task.CompletedTask;
            });
            SpinWait.SpinUntil(() => Volatile.Read(ref entered) != 0);
            Volatile.Write(ref released, 1);
            Thread.SpinWait(round % 64);
            task.Task.Abandon(reason);
            SpinWait.SpinUntil(() => task.IsCompleted && runtime.LiveTasks <= 0);
            Assert.That(runtime.LiveTasks, Is.Zero);
        }
    }

    [Test]
    public async Task A_scope_whose_last_task_ends_while_its_owner_forgets_it_closes_once()
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = 2, UnobservedFault = static _ => { } });
        var closed = 0;
        var scope = default(Scope);
        using var forgetting = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        await runtime.RunAsync(cx =>
        {
            scope = cx.OpenScope();
            scope.Spawn(_ =>
            {
                Instrumentation.Current = new Intruder(EventKind.ScopeClosed, () => closed++);
                entered.Set();
                forgetting.Wait(s_patience);
                return Task.CompletedTask;
            });
            entered.Wait(s_patience);

            // The event comes after the scope was seen to have a task, and before its owner goes on.
            Instrumentation.Current = new Intruder(EventKind.ScopeClosing, () =>
            {
                Instrumentation.Current = new Intruder(EventKind.ScopeClosed, () => closed++);
                forgetting.Set();
                SpinWait.SpinUntil(() => scope.State == ScopeState.Closed, s_patience);
            });
            return Task.CompletedTask;
        }).WaitAsync(s_patience);

        // Whoever closes it says so after the state can be seen.
        SpinWait.SpinUntil(() => Volatile.Read(ref closed) != 0, s_patience);
        Assert.That((scope!.State, closed), Is.EqualTo((ScopeState.Closed, 1)));
    }

    /// <summary>Does something at the first event of a kind, on the thread that it observes, and then observes no more.</summary>
    private sealed class Intruder(EventKind at, Action action) : IObserver
    {
        public void On(EventKind kind, TracedObject? target, long a, long b)
        {
            if (kind == at)
            {
                Instrumentation.Current = null;
                action();
            }
        }

        public void Created(TracedObject target)
        {
        }

        public void Note(string text)
        {
        }
    }
}
