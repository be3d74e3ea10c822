using Lab.Core.Tasks;
using Lab.Core.Time;

namespace Lab.Bench.Native;

/// <summary>
/// <c>timers</c>: timers that are set and cancelled while many are pending, as time limits are. Ours are set as a delay or a time limit sets them: by a step
/// of a task, in a runtime with one worker.
/// </summary>
internal static class TimerContests
{
    // So many that every slice has its share of the collections that the new objects cause.
    private const int Operations = 500_000;

    private static readonly TimeSpan s_forever = Timeout.InfiniteTimeSpan;

    internal static IEnumerable<Contest> All() =>
        AtOnce().Concat(Oldest("equal limits", spread: false)).Concat(Oldest("any limits", spread: true)).Concat(WithoutTheClock()).Concat(Growth());

    /// <summary>100,000 are pending; one more is set and cancelled.</summary>
    private static IEnumerable<Contest> AtOnce()
    {
        const int Pending = 100_000;
        var limits = Limits(Operations, spread: true);
        using var host = new Host();
        var ours = host.Set(Limits(Pending, spread: true));
        var sources = Limits(Pending, spread: true).Select(After).ToArray();
        yield return new Contest(
            "100,000 pending, set + cancel",
            Operations,
            () =>
            {
                host.Step(driver =>
                {
                    foreach (var limit in limits)
                    {
                        driver.Cancel(Set(driver, limit));
                    }
                });
                GC.KeepAlive(ours);
            },
            new Rival(
                "CancelAfter + Dispose",
                () =>
                {
                    foreach (var limit in limits)
                    {
                        After(limit).Dispose();
                    }

                    GC.KeepAlive(sources);
                },
                3),
            new Rival(
                "Timer",
                () =>
                {
                    foreach (var limit in limits)
                    {
                        new Timer(static _ => { }, null, limit, s_forever).Dispose();
                    }
                },
                null),
            new Rival(
                "PeriodicTimer",
                () =>
                {
                    foreach (var limit in limits)
                    {
                        new PeriodicTimer(limit).Dispose();
                    }
                },
                null));
    }

    /// <summary>What the queue has of it: a task's delay uses its timer again, and the due time is given instead of counted from now.</summary>
    private static IEnumerable<Contest> WithoutTheClock()
    {
        const int Pending = 100_000;
        var due = Array.ConvertAll(Limits(1024, spread: true), limit => limit.Ticks);
        var limits = Limits(Operations, spread: true);
        var driver = new TimerDriver(TimeProvider.System);
        var ours = Limits(Pending, spread: true).Select(limit => Set(driver, limit)).ToArray();
        var sources = Limits(Pending, spread: true).Select(After).ToArray();
        var entry = new Entry();
        yield return new Contest(
            "100,000 pending, insert + cancel in the queue alone (timer reused, clock not read)",
            Operations,
            () =>
            {
                for (var i = 0; i < Operations; i++)
                {
                    driver.Set(entry, due[i & 1023]);
                    driver.Cancel(entry);
                }

                GC.KeepAlive(ours);
            },
            new Rival(
                "CancelAfter + Dispose",
                () =>
                {
                    foreach (var limit in limits)
                    {
                        After(limit).Dispose();
                    }

                    GC.KeepAlive(sources);
                },
                3))
        {
            BytesGoal = 0,
        };
    }

    /// <summary>As under a steady load: the oldest of 100,000 is cancelled, a new one is set.</summary>
    private static IEnumerable<Contest> Oldest(string name, bool spread)
    {
        const int Pending = 100_000;
        var limits = Limits(Pending, spread);
        using var host = new Host();
        var ours = host.Set(limits);
        var sources = limits.Select(After).ToArray();
        var timers = limits.Select(limit => new Timer(static _ => { }, null, limit, s_forever)).ToArray();
        var (a, b, c) = (0, 0, 0);
        yield return new Contest(
            $"100,000 pending, {name}, the oldest cancelled + one set",
            Operations,
            () => host.Step(driver =>
            {
                for (var i = 0; i < Operations; i++, a = (a + 1) % Pending)
                {
                    driver.Cancel(ours[a]);
                    ours[a] = Set(driver, limits[a]);
                }
            }),
            new Rival(
                "CancelAfter + Dispose",
                () =>
                {
                    for (var i = 0; i < Operations; i++, b = (b + 1) % Pending)
                    {
                        sources[b].Dispose();
                        sources[b] = After(limits[b]);
                    }
                },
                3),
            new Rival(
                "Timer",
                () =>
                {
                    for (var i = 0; i < Operations; i++, c = (c + 1) % Pending)
                    {
                        timers[c].Dispose();
                        timers[c] = new Timer(static _ => { }, null, limits[c], s_forever);
                    }
                },
                null));
    }

    private static IEnumerable<Contest> Growth()
    {
        foreach (var spread in new[] { false, true })
        {
            using var many = new Host();
            using var few = new Host();
            yield return new Contest(
                $"1,000,000 pending, {(spread ? "any" : "equal")} limits",
                Operations,
                Replace(many, 1_000_000, spread),
                // A logarithm would be twice as much; the rest is memory that lies further away.
                new Rival("1,000 pending", Replace(few, 1_000, spread), 0.25));
        }
    }

    private static Action Replace(Host host, int pending, bool spread)
    {
        var limits = Limits(pending, spread);
        var entries = host.Set(limits);
        var next = 0;
        return () => host.Step(driver =>
        {
            for (var i = 0; i < Operations; i++, next = (next + 1) % pending)
            {
                driver.Cancel(entries[next]);
                entries[next] = Set(driver, limits[next]);
            }
        });
    }

    /// <summary>From an hour to two, so that none fires meanwhile.</summary>
    private static TimeSpan[] Limits(int count, bool spread)
    {
        var random = new Random(1);
        var limits = new TimeSpan[count];
        for (var i = 0; i < count; i++)
        {
            limits[i] = TimeSpan.FromMilliseconds(3_600_000 + (spread ? random.Next(3_600_000) : 0));
        }

        return limits;
    }

    private static Entry Set(TimerDriver driver, TimeSpan limit)
    {
        var entry = new Entry();
        driver.Set(entry, limit);
        return entry;
    }

    private static CancellationTokenSource After(TimeSpan limit)
    {
        var source = new CancellationTokenSource();
        source.CancelAfter(limit);
        return source;
    }

    /// <summary>Sets timers where tasks do: in their steps.</summary>
    private sealed class Host : IDisposable
    {
        private readonly Runtime _runtime = new(new RuntimeOptions { Workers = 1 });

        internal Entry[] Set(TimeSpan[] limits)
        {
            Entry[] timers = [];
            Step(driver => timers = Array.ConvertAll(limits, limit => TimerContests.Set(driver, limit)));
            return timers;
        }

        internal void Step(Action<TimerDriver> work) => _runtime.RunAsync(cx =>
        {
            work(cx.Task.Scheduler.Timers);
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();

        public void Dispose() => _runtime.Dispose();
    }

    private sealed class Entry : TimerEntry
    {
        internal override void Fire(long due)
        {
        }
    }
}
