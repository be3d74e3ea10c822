using System.Diagnostics;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Linearizability;
using Lab.Seeds;
using Lab.Sharing;

namespace Lab.Bench;

/// <summary>
/// <c>linearizability</c>: what the checker's memory of (what took effect, state) is worth on histories of a queue with 6 tasks and 20 calls, how long
/// a check takes, and how many checked executions the lab runs in a second.
/// </summary>
internal static class LinearizabilityFigures
{
    private const int Histories = 40;
    private const int Tasks = 6;
    private const int Calls = 20;
    private const long Budget = 300_000;
    private const int Executions = 5_000;

    private static readonly Specification<object?, Sequence<int>> s_queue = Linearizable.Of<object?, Sequence<int>>(() => null, Sequence<int>.Empty)
        .On("enq", static (_, _) => { }, [.. Enumerable.Range(1, Calls)]).Does((queue, item) => queue.Add(item))
        .On("deq", static _ => (int?)null).Does(queue => queue.IsEmpty ? (null, queue) : (queue.First, queue.RemoveFirst()));

    internal static IEnumerable<Row> Run()
    {
        foreach (var isRight in new[] { true, false })
        {
            var what = isRight ? "a right queue" : "a queue that loses its order";
            var histories = Enumerable.Range(0, Histories).Select(i => QueueHistory.Draw(s_queue, new Seed((ulong)i), Tasks, Calls, isRight)).ToList();
            var with = histories.Select(history => Steps(history, remembers: true)).ToList();
            var without = histories.Select(history => Steps(history, remembers: false)).ToList();
            yield return new Row($"{what}: median steps with memory", Median(with), "steps");
            yield return new Row($"{what}: median steps without", Median(without), "steps");
            yield return new Row($"{what}: mean steps with memory, at most 300,000 each", with.Average(), "steps");
            yield return new Row($"{what}: mean steps without, at most 300,000 each", without.Average(), "steps");
            yield return Row.AtLeast($"{what}: times fewer with memory, in the mean", without.Average() / with.Average(), "x", 1);
            yield return new Row($"{what}: most steps with memory", with.Max(), "steps");
            yield return new Row($"{what}: mean time of a check", Time(histories), "us");
        }

        yield return new Row("drawn calls of a semaphore, checked in the lab", ExecutionsPerSecond(CheckSemaphore), "executions/s");
        yield return Row.AtMost("mean executions to a counter's stale read, 20 seeds", Enumerable.Range(1, 20).Average(Needed), "executions", 1_000);
    }

    private static long Steps(List<RecordedCall> history, bool remembers)
    {
        var points = Points<Sequence<int>>.Of(s_queue, history, isQuiescent: false);
        var search = new Search<Sequence<int>>(points, Precedence.OfRealTime(points.All), remembers);
        search.Run(s_queue.Initial, Budget);
        return search.Steps;
    }

    private static double Median(List<long> steps) => steps.Order().ElementAt(steps.Count / 2);

    private static double Time(List<List<RecordedCall>> histories)
    {
        foreach (var history in histories)
        {
            Steps(history, remembers: true);
        }

        const int rounds = 20;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < rounds; i++)
        {
            histories.ForEach(static history => Steps(history, remembers: true));
        }

        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / (rounds * histories.Count);
    }

    private static double ExecutionsPerSecond(Func<Cx, Task> program)
    {
        var result = Explorer.Explore(program, new ExploreOptions { Executions = Executions });
        return result.Failure is null ? result.Executions / result.Elapsed.TotalSeconds : throw new InvalidOperationException(result.Failure.Verdict.ToString());
    }

    private static Task CheckSemaphore(Cx cx) => Linearizable.Of(() => new AsyncSemaphore(1), 1)
        .On("acquire", (semaphore, c) => semaphore.AcquireAsync(c)).Does(permits => permits > 0 ? permits - 1 : Step.Blocked)
        .On("release", semaphore => semaphore.Release()).Does(permits => permits + 1)
        .CheckAsync(cx);

    private static double Needed(int seed)
    {
        var found = Explorer.Explore(CheckStaleCounter, new ExploreOptions { Executions = 10_000, Seed = new Seed((ulong)seed), First = 1 });
        return found.Failure is null ? double.PositiveInfinity : found.Executions;
    }

    // Whoever adds writes the copy that is read afterwards: the older of two may be written last.
    private static Task CheckStaleCounter(Cx cx) => Linearizable.Of(() => (Value: new Shared<int>(), Copy: new Shared<int>()), 0)
        .On("increment", async (counter, c) =>
        {
            int before;
            do
            {
                before = await counter.Value.ReadAsync(c);
            }
            while (!await counter.Value.CompareExchangeAsync(before + 1, before, c));

            await counter.Copy.WriteAsync(before + 1, c);
        }).Does(count => count + 1)
        .On("read", (counter, c) => counter.Copy.ReadAsync(c)).Does(count => (count, count))
        .CheckAsync(cx, "increment()", "increment(); read()");
}
