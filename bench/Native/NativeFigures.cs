using System.Diagnostics;

namespace Lab.Bench.Native;

/// <summary>Core beside its peers. Observation is off, as in production: a process that measures these measures nothing else.</summary>
internal static class NativeFigures
{
    /// <summary>For each side.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.8);

    /// <summary>The contests by the name of their bench. They are made one at a time, and what one holds it releases before the next begins.</summary>
    internal static readonly Dictionary<string, (string About, Func<IEnumerable<Contest>> Contests)> Names = new()
    {
        ["cancel"] = ("cancellation beside CancellationToken and its sources: looking, linking, cancelling large trees", CancelContests.All),
        ["pump"] = ("the runtime without threads, in frames, beside one worker thread and a bare context", PumpContests.All),
        ["timers"] = ("timers beside CancelAfter, Timer and PeriodicTimer, with 1,000 to 1,000,000 pending", TimerContests.All),
        ["channels"] = ("bounded channels beside System.Threading.Channels", ChannelContests.All),
        ["spawn"] = ("starting, joining, yielding, forking and blocking tasks, beside the thread pool", SpawnContests.All),
        ["notify"] = ("Notify, semaphore and mutex beside SemaphoreSlim, Nito.AsyncEx and DotNext.Threading", NotifyContests.All),
    };

    internal static IEnumerable<Row> Rows(IEnumerable<Contest> contests) => contests.SelectMany(RowsOf);

    private static IEnumerable<Row> RowsOf(Contest contest)
    {
        Func<long>[] sides = [Side(contest.Ours), .. contest.Rivals.Select(rival => Side(rival.Run))];
        Action?[] prepare = [contest.Prepare, .. contest.Rivals.Select(rival => rival.Prepare)];
        WarmUp(sides, prepare);
        var rates = Slices.Rates(sides, contest.Slices, prepare);
        yield return Rate("ours", rates[0]);
        for (var i = 0; i < contest.Rivals.Length; i++)
        {
            var rival = contest.Rivals[i];
            var ratios = Slices.Ratios(rates[0], rates[i + 1]);
            yield return Rate(rival.Name, rates[i + 1]);
            var name = $"{contest.Name}: ours / {rival.Name}";
            var row = rival.Goal is { } goal ? Row.AtLeast(name, Slices.Median(ratios), "x", goal, rival.JudgedAt) : new Row(name, Slices.Median(ratios), "x");
            yield return row with { Spread = (Slices.Quantile(ratios, 0.25), Slices.Quantile(ratios, 0.75)) };
        }

        var bytes = BytesPerOperation(contest, contest.Ours, contest.Prepare);
        yield return contest.BytesGoal is { } most
            ? Row.AtMost($"{contest.Name}: ours, allocated", bytes, "B", most)
            : new Row($"{contest.Name}: ours, allocated", bytes, "B");
        foreach (var rival in contest.Rivals)
        {
            yield return new Row($"{contest.Name}: {rival.Name}, allocated", BytesPerOperation(contest, rival.Run, rival.Prepare), "B");
        }

        Func<long> Side(Action run) => () =>
        {
            run();
            return contest.Operations;
        };

        Row Rate(string who, double[] perSecond) => new($"{contest.Name}: {who}", Slices.Median(perSecond), "1/s")
        {
            Spread = (Slices.Quantile(perSecond, 0.25), Slices.Quantile(perSecond, 0.75)),
        };
    }

    /// <summary>
    /// Runs all sides in turn until the last tier of the compiler has replaced the first two on each: it looks at what is hot in every pause of 100 ms, and
    /// counts calls first. A slice that ran half in instrumented code would show that code's speed.
    /// </summary>
    private static void WarmUp(Func<long>[] sides, Action?[] prepare)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < s_warmUp * sides.Length)
        {
            for (var i = 0; i < sides.Length; i++)
            {
                prepare[i]?.Invoke();
                sides[i]();
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>
    /// Of all threads, to a tenth of a byte: what starting a call costs is spread over its operations, and one object in each operation would be 24 B.
    /// </summary>
    private static double BytesPerOperation(Contest contest, Action run, Action? prepare)
    {
        var samples = new double[5];
        for (var i = 0; i < samples.Length; i++)
        {
            prepare?.Invoke();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            run();
            samples[i] = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / contest.Operations;
        }

        return Math.Round(Slices.Median(samples), 1);
    }
}
