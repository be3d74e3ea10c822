using Lab.Core.Scheduling;
using Lab.Core.Time;
using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>
/// One scheduler, two hosts: a program that wakes, spawns, promotes and yields in every way runs in the same order on one virtual worker as on one
/// native thread. What a step does is drawn from one generator, so the first step out of order would derail all later ones.
/// </summary>
[TestFixture]
public sealed class SameOrderTests
{
    private const int Tasks = 40;
    private const int Roots = 10;
    private const int StepsPerTask = 30;

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public void One_virtual_worker_runs_in_the_native_order(int seed)
    {
        var expected = Virtually(seed);
        Assert.That(expected, Has.Count.GreaterThanOrEqualTo(Roots));
        Assert.That(Natively(seed, expected.Count), Is.EqualTo(expected));
    }

    [FsCheck.NUnit.Property(MaxTest = 60)]
    public void A_pumped_host_runs_in_that_order_however_it_is_cut_into_frames(int seed)
    {
        var timers = new TimerDriver(TimeProvider.System);
        var dispatch = new CooperativeDispatch(seed: 1, timers);
        var scheduler = new Scheduler(dispatch, dispatch, timers);
        dispatch.Start(scheduler);
        var program = new Program(seed, scheduler);
        program.Start();
        var frames = new Random(seed);
        while (dispatch.Run(frames.Next(3) * 10, out _, out _))
        {
        }

        Assert.That(program.Log, Is.EqualTo(Virtually(seed)));
    }

    [Test]
    public void Several_virtual_workers_run_everything_once([Values(2, 3, 5)] int workers, [Range(1, 10)] int seed)
    {
        var dispatch = new VirtualDispatch(workers);
        var program = new Program(seed, Scheduler(dispatch));
        program.Start();
        var random = new Random(seed);
        while (Enumerable.Range(0, workers).Where(dispatch.CanStep).ToList() is { Count: > 0 } able)
        {
            Assert.That(dispatch.TryStep(able[random.Next(able.Count)]), Is.True, "a worker that can step does");
        }

        Assert.That(Enumerable.Range(0, workers).Any(dispatch.TryStep), Is.False, "a worker that cannot step does not");
        Assert.That(program.Waiting, Is.Zero, "nothing that was woken is left over");
    }

    [Test]
    public void A_reset_host_starts_like_a_new_one()
    {
        var dispatch = new VirtualDispatch(2);
        var scheduler = Scheduler(dispatch);
        var first = new Program(7, scheduler);
        first.Start();
        for (var i = 0; i < 33; i++)
        {
            dispatch.TryStep(i % 2);
        }

        dispatch.Reset();
        Assert.That(dispatch.CanStep(0) || dispatch.CanStep(1), Is.False);
        Assert.That(Run(dispatch, scheduler), Is.EqualTo(Run(new VirtualDispatch(2), null)));

        static List<string> Run(VirtualDispatch dispatch, Scheduler? scheduler)
        {
            var program = new Program(8, scheduler ?? Scheduler(dispatch));
            program.Start();
            for (var i = 0; dispatch.TryStep(i % 2) || dispatch.TryStep((i + 1) % 2); i++)
            {
            }

            return program.Log;
        }
    }

    [Test]
    public void Wakes_from_outside_of_a_step_go_to_the_injector()
    {
        var dispatch = new VirtualDispatch(2);
        var scheduler = Scheduler(dispatch);
        var log = new List<string>();
        var foreign = new ScriptedTask(scheduler, "foreign", task => log.Add(task.Name));
        scheduler.StartTask(new ScriptedTask(scheduler, "step", task =>
        {
            // A foreign thread wakes in the middle of worker 0's step: not into worker 0's queue.
            var thread = new Thread(() => scheduler.StartTask(foreign));
            thread.Start();
            thread.Join();
            Assert.That(dispatch.CurrentWorker, Is.Zero);
        }));
        Assert.That(dispatch.TryStep(0), Is.True);
        Assert.That((dispatch.CurrentWorker, dispatch.TryStep(1)), Is.EqualTo((-1, true)));
        Assert.That(log, Is.EqualTo(new[] { "foreign" }));
    }

    private static List<string> Virtually(int seed)
    {
        var dispatch = new VirtualDispatch(1);
        var program = new Program(seed, Scheduler(dispatch));
        program.Start();
        while (dispatch.TryStep(0))
        {
        }

        return program.Log;
    }

    private static List<string> Natively(int seed, int steps)
    {
        using var bed = new NativeBed(1);
        var program = new Program(seed, bed.Scheduler);
        program.Start();
        NativeBed.WaitUntil(() => program.Steps >= steps, "as many steps as virtually");
        bed.WaitUntilIdle();
        return program.Log;
    }

    private static Scheduler Scheduler(VirtualDispatch dispatch)
    {
        var scheduler = new Scheduler(dispatch, new PickBed.QueuedVictims([]), new TimerDriver(TimeProvider.System));
        dispatch.Scheduler = scheduler;
        return scheduler;
    }

    private sealed class Program
    {
        private readonly Random _random;
        private readonly ScriptedTask[] _tasks;
        private readonly bool[] _started = new bool[Tasks];
        private readonly int[] _posts = new int[Tasks];
        private int _steps;

        internal Program(int seed, Scheduler scheduler)
        {
            _random = new Random(seed);
            _tasks = [.. Enumerable.Range(0, Tasks).Select(i => new ScriptedTask(scheduler, $"{i}", task => Step(task, i)))];
            for (var i = 0; i < Tasks; i++)
            {
                // Deadlines that have passed, and ones that will not pass: their lane must not depend on how fast a host is.
                _tasks[i].Deadline = _random.Next(6) switch { 0 => 0, 1 => long.MaxValue - 1, _ => long.MaxValue };
            }
        }

        internal List<string> Log { get; } = [];

        internal int Steps => Volatile.Read(ref _steps);

        /// <summary>Posts and starts that no step has answered.</summary>
        internal int Waiting => _posts.Sum();

        /// <summary>One task from outside; its first step starts the other roots, so that no host can begin before all are there.</summary>
        internal void Start() => StartTask(0);

        private void Step(ScriptedTask task, int number)
        {
            _posts[number]--;
            Log.Add(task.Name);
            for (var root = 1; Log.Count == 1 && root < Roots; root++)
            {
                StartTask(root);
            }

            for (var i = task.Polls < StepsPerTask ? _random.Next(5) : 0; i > 0; i--)
            {
                Act(number, _random.Next(Tasks));
            }

            Volatile.Write(ref _steps, _steps + 1);
        }

        private void Act(int self, int other)
        {
            switch (_random.Next(8))
            {
                case < 3 when !_started[other]:
                    StartTask(other);
                    break;
                case < 5 when _started[other]:
                    Post(other);
                    break;
                case 5 when _started[other]:
                    _tasks[other].Scheduler.Promote(_tasks[other]);
                    break;
                case 6:
                    Post(self);
                    break;
            }
        }

        private void StartTask(int number)
        {
            _started[number] = true;
            _posts[number]++;
            _tasks[number].Scheduler.StartTask(_tasks[number]);
        }

        private void Post(int number)
        {
            _posts[number]++;
            _tasks[number].Resume();
        }
    }
}
