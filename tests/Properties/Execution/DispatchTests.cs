using Lab.Core.Cancellation;
using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Sharing;
using Lab.Strategies;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>What holds in both dispatches: outcomes, replay to the byte, and executions that stand alone.</summary>
[TestFixture]
internal sealed class DispatchTests
{
    private static readonly (string Name, Func<Cx, Task> Body)[] s_programs =
    [
        ("shared", SharedCounter), ("channel", Channel), ("notify", Notifies), ("timers", Timers), ("cancel", Cancels), ("random", Draws),
    ];

    internal static IEnumerable<TestCaseData> Cases() =>
        from program in s_programs
        from dispatch in Enum.GetValues<DispatchKind>()
        select new TestCaseData(program.Body, dispatch).SetArgDisplayNames(program.Name, dispatch.ToString());

    [TestCaseSource(nameof(Cases))]
    public void The_program_passes_and_every_oracle_is_content(Func<Cx, Task> program, DispatchKind dispatch) =>
        Judge.MustPass(program, Judge.Quick with { Dispatch = dispatch });

    [TestCaseSource(nameof(Cases))]
    public void Replayed_decisions_give_the_same_trace_to_the_byte(Func<Cx, Task> program, DispatchKind dispatch)
    {
        var engine = new LabEngine(Judge.Quick with { Dispatch = dispatch });
        for (var i = 0; i < 30; i++)
        {
            var (first, decisions) = Record(engine, program, new RandomWalk(), i);
            var (again, _) = Record(new LabEngine(engine.Options), program, new Replay(decisions), i);
            Assert.That(again, Is.EqualTo(first));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void An_execution_alone_is_that_execution_of_the_run(Func<Cx, Task> program, DispatchKind dispatch)
    {
        var options = Judge.Quick with { Dispatch = dispatch };
        var run = new LabEngine(options);
        var inRun = Enumerable.Range(0, 20).Select(i => Record(run, program, new RandomWalk(), i).Text).ToArray();
        for (var i = 0; i < inRun.Length; i++)
        {
            Assert.That(Record(new LabEngine(options), program, new RandomWalk(), i).Text, Is.EqualTo(inRun[i]), $"execution {i}");
        }
    }

    [Test]
    public void An_exploration_from_the_middle_finds_what_the_whole_run_finds_there()
    {
        var whole = Explorer.Explore(Broken, new ExploreOptions { Executions = 1_000 });
        var index = whole.Failure!.Index;
        var alone = Explorer.Explore(Broken, new ExploreOptions { First = index, Executions = 1 });
        Assert.That(TraceFile.ToText(alone.Failure!.Trace!), Is.EqualTo(TraceFile.ToText(whole.Failure.Trace!)));
        Assert.That(index, Is.GreaterThan(0));

        static async Task Broken(Cx cx)
        {
            var log = new Shared<int>();
            await cx.ScopeAsync(scope =>
            {
                for (var i = 1; i <= 3; i++)
                {
                    var mine = i;
                    scope.Spawn(async c => await log.WriteAsync((await log.ReadAsync(c) * 10) + mine, c));
                }

                return Task.CompletedTask;
            });
            if (log.Peek() == 31)
            {
                throw new AssertionException("31");
            }
        }
    }

    private static (string Text, List<Decision> Decisions) Record(LabEngine engine, Func<Cx, Task> program, Strategy strategy, int index)
    {
        var seed = default(Seed).ForExecution(index);
        var result = engine.Run(program, strategy, seed, index, recording: true);
        Assert.That(result.Verdict.ToString(), Is.EqualTo("passed"));
        return (TraceFile.ToText(TraceBuilder.Build(engine, result, "program", "", default, "random", result.Verdict)), TraceBuilder.Decisions(engine));
    }

    private static async Task SharedCounter(Cx cx)
    {
        var counter = new Shared<int>();
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < 3; i++)
            {
                scope.Spawn(async c =>
                {
                    int seen;
                    do
                    {
                        seen = await counter.ReadAsync(c);
                    }
                    while (!await counter.CompareExchangeAsync(seen + 1, seen, c));
                });
            }

            return Task.CompletedTask;
        });
        Same(3, counter.Peek());
    }

    private static async Task Channel(Cx cx)
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var got = new List<int>();
        await cx.ScopeAsync(async scope =>
        {
            for (var p = 0; p < 2; p++)
            {
                var (mine, sender) = (p, p == 0 ? tx : tx.Fork());
                scope.Spawn(async c =>
                {
                    using (sender)
                    {
                        for (var i = 0; i < 4; i++)
                        {
                            await sender.SendAsync((mine * 10) + i, c);
                        }
                    }
                });
            }

            await foreach (var x in rx.ReadAllAsync(cx))
            {
                got.Add(x);
            }
        });
        Same("0,1,2,3", string.Join(',', got.Where(static x => x < 10)));
        Same("10,11,12,13", string.Join(',', got.Where(static x => x >= 10)));
    }

    private static async Task Notifies(Cx cx)
    {
        var notify = new Notify();
        await cx.ScopeAsync(async scope =>
        {
            var handles = Enumerable.Range(0, 3).Select(_ => scope.Spawn(async c => await notify.WaitAsync(c))).ToArray();
            while (!handles.All(static h => h.IsCompleted))
            {
                notify.NotifyOne();
                await cx.YieldAsync();
                notify.NotifyWaiters();
            }
        });
    }

    private static async Task Timers(Cx cx)
    {
        var mutex = new AsyncMutex();
        var order = new List<int>();
        await cx.ScopeAsync(scope =>
        {
            foreach (var delay in new[] { 30, 10, 20 })
            {
                scope.Spawn(async c =>
                {
                    await c.DelayAsync(TimeSpan.FromSeconds(delay));
                    using (await mutex.LockAsync(c))
                    {
                        order.Add(delay);
                    }
                });
            }

            return Task.CompletedTask;
        });
        Same("10,20,30", string.Join(',', order));
    }

    private static async Task Cancels(Cx cx)
    {
        var semaphore = new AsyncSemaphore(1);
        await cx.ScopeAsync(async scope =>
        {
            var handles = Enumerable.Range(0, 3).Select(i => scope.Spawn(async c =>
            {
                await semaphore.AcquireAsync(c);
                try
                {
                    await c.YieldAsync();
                }
                finally
                {
                    semaphore.Release();
                }
            })).ToArray();
            await cx.YieldAsync();
            handles[1].Cancel();
            handles[1].Cancel("stronger", CancellationKind.Shutdown);
            foreach (var handle in handles)
            {
                await handle.OutcomeAsync(cx);
            }
        });
        Same(1, semaphore.CurrentCount);
    }

    private static async Task Draws(Cx cx) => await cx.ScopeAsync(scope =>
    {
        for (var i = 0; i < 2; i++)
        {
            scope.Spawn(async c =>
            {
                var n = c.Random.Next(3);
                for (var k = 0; k < n; k++)
                {
                    await c.YieldAsync();
                }

                c.Note($"drew {n}");
            });
        }

        return Task.CompletedTask;
    });

    private static void Same<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new AssertionException($"expected {expected}, was {actual}");
        }
    }
}
