using Lab.Strategies.Dpor;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>
/// What the search asks of an execution it looks for near at hand, so that a long one costs it no square of its steps. Here the answers are those of a look at
/// everything.
/// </summary>
[TestFixture]
internal sealed class SearchPathTests
{
    private const int Timers = 4;

    /// <summary>The clock, the first task, and tasks that others spawn.</summary>
    private const int Processes = 7;

    private readonly SearchPath _path = new();

    // What was logged of timers: by which step, which, due when (null: taken out), and whether it fired.
    private readonly List<(int Step, int Timer, long? Due, bool Fired)> _timers = [];

    [Test]
    public void What_does_not_come_after_a_step_is_all_of_it([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 3; round++)
        {
            // As the search does: what the next execution has in common with this one is kept.
            Cut(random.Next(_path.Count + 1));
            Write(random, steps: 30);
            _path.CountRunners();
            for (var first = 0; first < _path.Count; first++)
            {
                var beside = new List<int>();
                _path.AddBeside(first, beside);
                Assert.That(beside, Is.EqualTo(Enumerable.Range(first + 1, _path.Count - first - 1).Where(i => !_path.Knows(i, first)).ToList()), $"after {first}");
                for (var since = first + 1; since <= _path.Count; since++)
                {
                    Assert.That(_path.HasBeside(first, since), Is.EqualTo(beside.Exists(i => i >= since)), $"after {first}, since {since}");
                }
            }
        }
    }

    [Test]
    public void The_last_step_of_a_process_before_a_place_is_found([Range(1, 20)] int seed)
    {
        Write(new Random(seed), steps: 40);
        for (var place = 0; place <= _path.Count; place++)
        {
            for (var process = 0; process < Processes; process++)
            {
                var last = Enumerable.Range(0, place).LastOrDefault(i => _path[i].Process == process, -1);
                Assert.That(_path.LastStepBefore(process, place), Is.EqualTo(last));
            }

            for (var target = 0; target < 5; target++)
            {
                // Versions are hashes of what was done: equal exactly where nothing was done in between.
                var touched = place > 0 && _path[place - 1].Footprint.Objects.Contains(target);
                Assert.That(place > 0 && _path.VersionBefore(target, place) != _path.VersionBefore(target, place - 1), Is.EqualTo(touched), $"{target} before {place}");
            }
        }
    }

    [Test]
    public void The_timer_that_would_be_next_without_a_step_is_found([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 3; round++)
        {
            Cut(random.Next(_path.Count + 1));
            Write(random, steps: 30);
            for (var first = 0; first < _path.Count; first++)
            {
                var standing = new List<(int Timer, long Due)>();
                foreach (var (step, timer, due, _) in _timers.Where(entry => entry.Step < first || !_path.Knows(entry.Step, first)))
                {
                    standing.RemoveAll(other => other.Timer == timer);
                    if (due is { } at)
                    {
                        standing.Add((timer, at));
                    }
                }

                var next = standing.Count == 0 ? (-1, long.MaxValue) : standing.MinBy(static timer => timer.Due);
                Assert.That(_path.Timers.TryNext(_path, first, out var found, out var when), Is.EqualTo(standing.Count > 0));
                Assert.That((found, when), Is.EqualTo(next), $"without {first}");
            }
        }
    }

    [Test]
    public void Timers_that_tasks_took_out_or_moved_before_they_fired_are_all_told([Range(1, 20)] int seed)
    {
        Write(new Random(seed), steps: 40);
        var removals = new List<TimerLog.Removal>();
        _path.Timers.Removals(removals);
        Assert.That(removals, Is.EqualTo(_timers
            .Where((entry, i) => !entry.Fired && _timers.Take(i).LastOrDefault(other => other.Timer == entry.Timer).Due is not null)
            .Select(static entry => new TimerLog.Removal(entry.Step, entry.Timer)).ToList()));
    }

    [Test]
    public void The_clock_comes_after_whoever_took_out_a_timer_that_was_due_before()
    {
        Step(1, () => Set(0, 1));
        Step(1, () => Set(1, 2));
        Step(1, () => Remove(0, fired: false));
        Step(0, () => Remove(1, fired: true));
        Assert.That(_path[3].Enablers, Is.EqualTo(new[] { 2 }));

        // It comes after that still, by its own step before.
        Step(1, () => Set(1, 3));
        Step(0, () => Remove(1, fired: true));
        Assert.That((_path[5].Enablers, _path.Knows(5, 2)), Is.EqualTo((new List<int>(), true)));
    }

    private void Cut(int count)
    {
        _path.Cut(count);
        _timers.RemoveAll(entry => entry.Step >= count);
    }

    private void Write(Random random, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var runs = Enumerable.Range(0, Processes).Where(process => process < 2 || _path.LastStepOf(process) >= 0 || random.Next(3) == 0).ToArray();
            var process = runs[random.Next(runs.Length)];
            Step(process, () =>
            {
                if (random.Next(4) == 0)
                {
                    _path.Wake(random.Next(2, Processes));
                }

                var timer = random.Next(Timers);
                switch (random.Next(4))
                {
                    case 0:
                        Set(timer, random.Next(6));
                        break;
                    case 1:
                        Remove(timer, fired: process == 0);
                        break;
                }
            }, [.. Enumerable.Range(0, 5).Where(_ => random.Next(6) == 0)], random);
        }
    }

    private void Step(int process, Action does, int[]? objects = null, Random? random = null)
    {
        // Unless it is the clock or the first one it was spawned: by whoever ran before, if by nobody else.
        if (process > 1 && _path.LastStepOf(process) < 0 && _path.Count > 0)
        {
            _path.Wake(process);
        }

        _path.Open(process);
        does();
        _path.Close(new Footprint(objects ?? [], [.. (objects ?? []).Select(_ => random!.Next(2) == 0)]), Processes);
    }

    private void Set(int timer, long due)
    {
        _timers.Add((_path.Count - 1, timer, due, false));
        _path.Timers.Set(_path.Count - 1, timer, due);
    }

    private void Remove(int timer, bool fired)
    {
        _timers.Add((_path.Count - 1, timer, null, fired));
        _path.Timers.Remove(_path.Count - 1, timer, fired);
    }
}
