using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>
/// A native worker may run a task in the middle of the step that joins it. Programs that spawn, join, yield, notify and cancel run in the same order
/// there as on one virtual worker, where every join suspends.
/// </summary>
[TestFixture]
public sealed class JoinOrderTests
{
    private const int Nesting = 20_000;
    private const int Depth = 4;
    private const int Waiters = 6;
    private const int Turns = 30;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Test]
    public void Joins_run_in_the_order_of_one_virtual_worker([Range(1, 60)] int seed)
    {
        var expected = Virtually(seed);
        Assert.That(expected, Has.Count.GreaterThan(10));
        Assert.That(Natively(seed), Is.EqualTo(expected));
    }

    [Test]
    public void A_task_that_ends_in_its_first_step_costs_its_joiner_no_suspension()
    {
        var polls = 0L;
        OnOneWorker(async cx =>
        {
            await using var scope = cx.OpenScope();
            var before = cx.Task.Polls;
            for (var i = 0; i < 100; i++)
            {
                await scope.Spawn(static _ => Task.CompletedTask).JoinAsync(cx);
            }

            polls = cx.Task.Polls - before;
            await scope.JoinAsync(cx);
        });

        // Each join counts as two steps of the worker, its task's and the joiner's next. Every 61st step looks at the injector first: there a joiner
        // suspends, 200 / 61 = 3 times, or 4 by where the count was before.
        Assert.That(polls, Is.InRange(3, 4));
    }

    [Test]
    public void A_joiner_whose_budget_is_used_up_lets_others_run()
    {
        var (joins, other) = (0, 0);
        OnOneWorker(async cx =>
        {
            await using var scope = cx.OpenScope();
            var waiting = scope.Spawn(async c =>
            {
                await c.YieldAsync();
                other = joins;
            });
            for (joins = 0; joins < 1_000; joins++)
            {
                await scope.Spawn(static _ => Task.CompletedTask).JoinAsync(cx);
            }

            await waiting.JoinAsync(cx);
            await scope.JoinAsync(cx);
        });
        Assert.That(other, Is.LessThan(200));
    }

    [Test]
    public void A_chain_of_joins_needs_no_stack()
    {
        var depth = 0;
        OnOneWorker(Nest);
        Assert.That(depth, Is.EqualTo(Nesting));

        async Task Nest(Cx cx)
        {
            if (++depth < Nesting)
            {
                await using var scope = cx.OpenScope();
                await scope.Spawn(Nest).JoinAsync(cx);
                await scope.JoinAsync(cx);
            }
        }
    }

    private static List<string> Virtually(int seed)
    {
        var program = new Program(seed);
        var options = new LabOptions { Dispatch = DispatchKind.WorkStealing, Workers = 1 };
        LabRuntime.Run(Schedule.Default, program.Run, options);
        return program.Log;
    }

    private static List<string> Natively(int seed)
    {
        var program = new Program(seed);
        OnOneWorker(program.Run);
        return program.Log;
    }

    private static void OnOneWorker(Func<Cx, Task> program)
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        runtime.RunAsync(program).WaitAsync(s_patience).GetAwaiter().GetResult();
    }

    /// <summary>What a task does is drawn from one generator, so that the first step out of order derails all later ones.</summary>
    private sealed class Program(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Notify _notify = new();
        private readonly Notify _wake = new();
        private int _tasks;

        internal List<string> Log { get; } = [];

        internal async Task Run(Cx cx)
        {
            await using var scope = cx.OpenScope();
            var waiting = Waiters;
            for (var i = 0; i < Waiters; i++)
            {
                scope.Spawn(async c =>
                {
                    for (var turn = 0; turn < Turns; turn++)
                    {
                        await _wake.WaitAsync(c);
                        Log.Add("woken");
                    }

                    waiting--;
                });
            }

            await cx.YieldAsync();
            await Step(cx, Depth);
            while (waiting > 0)
            {
                _wake.NotifyOne();
                await cx.YieldAsync();
            }

            await scope.JoinAsync(cx);
        }

        private async Task Step(Cx cx, int depth)
        {
            var name = $"{_tasks++}";
            Log.Add($"{name} begins");
            if (_random.Next(2) == 0)
            {
                // What a joined task wakes in the middle of its joiner's step stands behind what was ready before.
                _wake.NotifyOne();
            }

            await using var scope = cx.OpenScope(new ScopeOptions { Faults = FaultPolicy.CollectAll });
            var children = new List<TaskHandle>();
            for (var i = depth == Depth ? 20 : _random.Next(6); i > 0; i--)
            {
                switch (_random.Next(6))
                {
                    case < 2 when depth > 0:
                        children.Add(scope.Spawn(c => Step(c, depth - 1)));
                        break;
                    case 2 when children.Count > 0:
                        var outcome = await children[_random.Next(children.Count)].OutcomeAsync(cx);
                        Log.Add($"{name} joined {outcome.Kind}");
                        break;
                    case 3 when children.Count > 0:
                        children[_random.Next(children.Count)].Cancel();
                        break;
                    case 4:
                        _notify.NotifyOne();
                        await _notify.WaitAsync(cx);
                        Log.Add($"{name} notified");
                        break;
                    default:
                        await cx.YieldAsync();
                        Log.Add($"{name} yielded");
                        break;
                }
            }

            foreach (var child in children)
            {
                Log.Add($"{name}: {(await child.OutcomeAsync(cx)).Kind}");
            }

            await scope.JoinAsync(cx);
        }
    }
}
