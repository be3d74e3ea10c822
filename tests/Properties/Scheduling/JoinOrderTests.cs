using System.Diagnostics;
using System.Reflection;
using Lab.Core.Scheduling;
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

        // The budget is 128 joins, and the streak 1,024 steps, two for each: its task's and the joiner's next. Nothing else waits anywhere.
        Assert.That(polls, Is.Zero);
    }

    [Test]
    public void A_joiner_whose_budget_is_used_up_lets_others_run([Values] bool virtually)
    {
        var others = new List<int>();
        On(virtually, async cx =>
        {
            var joins = 0;
            await using var scope = cx.OpenScope();
            var waiting = scope.Spawn(async c =>
            {
                others.Add(joins);
                await c.YieldAsync();
                others.Add(joins);
            });
            for (joins = 0; joins < 1_000; joins++)
            {
                await scope.Spawn(static _ => Task.CompletedTask).JoinAsync(cx);
            }

            await waiting.JoinAsync(cx);
            await scope.JoinAsync(cx);
        });

        // 128 joins are begun at once, those numbered 0 to 127; the next waits in line behind the other's step. Its task wakes the joiner, whose new step
        // has a budget of 128 again, and number 257 = 128 + 1 + 128 waits behind the other's second step.
        Assert.That(others, Is.EqualTo(new[] { 128, 257 }));
    }

    [Test]
    public void A_tree_of_joins_that_never_ends_lets_others_run([Values] bool virtually)
    {
        var depth = 0;
        var others = new List<int>();
        On(virtually, async cx =>
        {
            await using var scope = cx.OpenScope();
            var waiting = scope.Spawn(async c =>
            {
                while (depth < Nesting)
                {
                    others.Add(depth);
                    await c.YieldAsync();
                }
            });
            await Nest(cx, () => ++depth < Nesting);
            await waiting.JoinAsync(cx);
            await scope.JoinAsync(cx);
        });

        // Each level begins one joined task: after 1,024 of them there is a turn for the oldest of the queue, which is the other. Before the first of them
        // there is the level that is the root's own.
        Assert.That(others, Is.EqualTo(Enumerable.Range(1, Nesting / Worker.LongestJoinStreak).Select(i => 1 + (i * Worker.LongestJoinStreak))));
    }

    [Test]
    public void What_comes_from_outside_comes_into_the_midst_of_joins()
    {
        var (joins, other) = (0, -1);
        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        runtime.RunAsync(async cx =>
        {
            var foreign = new Thread(() => runtime.Spawn(_ =>
            {
                other = joins;
                return Task.CompletedTask;
            }));
            foreign.Start();
            foreign.Join();
            await using var scope = cx.OpenScope();
            for (; joins < 100; joins++)
            {
                await scope.Spawn(static _ => Task.CompletedTask).JoinAsync(cx);
            }

            await scope.JoinAsync(cx);
        }).WaitAsync(s_patience).GetAwaiter().GetResult();

        // The 61st step of the worker looks outside first. The first was the root's, and each join takes two: the 30th begins with the 60th.
        Assert.That(other, Is.InRange(29, 30));
    }

    [TestCase(13, 12)]
    [TestCase(20, 19 + (21 * 10))]
    public void A_tree_of_tasks_is_walked_in_depth(int argument, int most)
    {
        var fibonacci = new Fibonacci();
        On(virtually: true, cx => fibonacci.Run(cx, argument));

        // Alive at once, begun or not, below a call for n: its left task and what is alive below the right call, or below the left task: 1 + the same for
        // n - 1, which makes n - 1. A tree of n = 13 has 376 tasks, two steps each: less than one streak of joins. That of n = 20 has 10,945, and after
        // every 1,024 steps, 21 times, the oldest in the queue has a turn: with the right calls in it it adds half of its n at most.
        Assert.That(fibonacci.Peak, Is.InRange(argument - 1, most));
    }

    [Test]
    public void A_chain_of_joins_needs_no_stack()
    {
        var (depth, frames) = (0, 0);
        OnOneWorker(cx => Nest(cx, () =>
        {
            if (++depth <= 200)
            {
                frames = Math.Max(frames, new StackTrace().GetFrames().Count(frame => frame.GetMethod() is { Name: "MoveNext" } method && IsOfNest(method)));
            }

            return depth < Nesting;
        }));
        Assert.That(depth, Is.EqualTo(Nesting));

        // The root's step, and 64 in it.
        Assert.That(frames, Is.EqualTo(65));

        static bool IsOfNest(MethodBase method) => method.DeclaringType!.Name.Contains(nameof(Nest), StringComparison.Ordinal);
    }

    private static async Task Nest(Cx cx, Func<bool> goesOn)
    {
        if (goesOn())
        {
            await using var scope = cx.OpenScope();
            await scope.Spawn(c => Nest(c, goesOn)).JoinAsync(cx);
            await scope.JoinAsync(cx);
        }
    }

    private static List<string> Virtually(int seed)
    {
        var program = new Program(seed);
        On(virtually: true, program.Run);
        return program.Log;
    }

    private static List<string> Natively(int seed)
    {
        var program = new Program(seed);
        OnOneWorker(program.Run);
        return program.Log;
    }

    private static void On(bool virtually, Func<Cx, Task> program)
    {
        if (virtually)
        {
            LabRuntime.Run(Schedule.Default, program, new LabOptions { Dispatch = DispatchKind.WorkStealing, Workers = 1 });
        }
        else
        {
            OnOneWorker(program);
        }
    }

    private static void OnOneWorker(Func<Cx, Task> program)
    {
        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        runtime.RunAsync(program).WaitAsync(s_patience).GetAwaiter().GetResult();
    }

    /// <summary>Each call begins a task for its left branch, runs the right one itself, and joins.</summary>
    private sealed class Fibonacci
    {
        private int _alive;

        /// <summary>The most tasks that were spawned and had not ended.</summary>
        internal int Peak { get; private set; }

        internal async Task Run(Cx cx, int argument)
        {
            if (argument < 2)
            {
                return;
            }

            await using var scope = cx.OpenScope();
            Peak = Math.Max(Peak, ++_alive);
            var left = scope.Spawn(async c =>
            {
                await Run(c, argument - 1);
                _alive--;
            });
            await Run(cx, argument - 2);
            await left.JoinAsync(cx);
            await scope.JoinAsync(cx);
        }
    }

    /// <summary>What a task does is drawn from one generator, so that the first step out of order derails all later ones.</summary>
    private sealed class Program(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Notify _notify = new();
        private readonly Notify _wake = new();
        private readonly SortedList<int, TaskHandle> _unbegun = [];
        private int _tasks;
        private int _forks;

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
            await Fork(cx, 9);
            await Step(cx, Depth);
            while (waiting > 0)
            {
                _wake.NotifyOne();
                await cx.YieldAsync();
            }

            await scope.JoinAsync(cx);
        }

        /// <summary>
        /// A tree of tasks; some wake others, or cancel one that has not begun, so that a joiner that would go on has to let it go first. One whose step is
        /// interrupted would hear of it later than one that has suspended.
        /// </summary>
        private async Task Fork(Cx cx, int argument)
        {
            Log.Add($"fork {argument}");
            switch (_random.Next(8))
            {
                case 0:
                    _wake.NotifyOne();
                    break;
                case 1 when _unbegun.Count > 0:
                    _unbegun.Values[_random.Next(_unbegun.Count)].Cancel();
                    break;
                case 2 when argument < 4:
                    await cx.YieldAsync();
                    break;
            }

            if (argument < 2)
            {
                return;
            }

            await using var scope = cx.OpenScope(new ScopeOptions { Faults = FaultPolicy.CollectAll });
            var number = _forks++;
            var left = scope.Spawn(c =>
            {
                _unbegun.Remove(number);
                return Fork(c, argument - 1);
            });
            _unbegun.Add(number, left);
            await Fork(cx, argument - 2);
            Log.Add($"fork {argument}: {(await left.OutcomeAsync(cx)).Kind}");
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
