using Lab.Core.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace Lab.Snapshots.Controlled;

#pragma warning disable RS0030, CA2016 // The table shows what users should not write.

/// <summary>With the lab's clock and with the machine's.</summary>
internal static class Time
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(100);

    internal static Construct[] All { get; } =
    [
        Construct.Of("`Task.Delay(t, cx.Clock)`", static cx => Task.Delay(s_hour, cx.Clock)),
        Construct.Of("`Task.Delay(t)`", static cx => Task.Delay(s_short), "`cx.DelayAsync(t)`, or the clock as argument"),
        Construct.Of("`new PeriodicTimer(t, cx.Clock)`", static cx => Tick(new PeriodicTimer(s_hour, cx.Clock))),
        Construct.Of("`new PeriodicTimer(t)`", static cx => Tick(new PeriodicTimer(s_short)), "the clock as argument"),
        Construct.Of("`new CancellationTokenSource(t, cx.Clock)`", static cx => Canceled(new CancellationTokenSource(s_hour, cx.Clock))),
        Construct.Of("`new CancellationTokenSource(t)`", static cx => Canceled(new CancellationTokenSource(s_short)), "the clock as argument"),
        Construct.Of("`CancelAfter` of a source with the clock", static cx =>
        {
            var source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, cx.Clock);
            source.CancelAfter(s_hour);
            return Canceled(source);
        }),
        Construct.Of("`CancelAfter` of a source without", static cx =>
        {
            var source = new CancellationTokenSource();
            source.CancelAfter(s_short);
            return Canceled(source);
        }, "a source made with the clock, or `cx.TimeoutAsync`"),
        Construct.Of("`task.WaitAsync(t, cx.Clock)`", static cx => Refused(new TaskCompletionSource().Task.WaitAsync(s_hour, cx.Clock))),
        Construct.Of("`task.WaitAsync(t)`", static cx => Refused(new TaskCompletionSource().Task.WaitAsync(s_short)), "the clock as argument"),
        Construct.Of("`cx.Clock.CreateTimer`", static async cx =>
        {
            var fired = new TaskCompletionSource();
            using var timer = cx.Clock.CreateTimer(_ => fired.SetResult(), null, s_hour, Timeout.InfiniteTimeSpan);
            await fired.Task;
        }),
        Construct.Of("`new Timer(...)`", static async cx =>
        {
            var fired = new TaskCompletionSource();
            using var timer = new Timer(_ => fired.SetResult(), null, s_short, Timeout.InfiniteTimeSpan);
            await fired.Task;
        }, "`cx.Clock.CreateTimer`"),
        Construct.Of("`new System.Timers.Timer(ms)`", static async cx =>
        {
            var fired = new TaskCompletionSource();
            using var timer = new System.Timers.Timer(100) { AutoReset = false };
            timer.Elapsed += (_, _) => fired.SetResult();
            timer.Start();
            await fired.Task;
        }, "`cx.Clock.CreateTimer`"),
        new("`FakeTimeProvider`, advanced by the program", static async (cx, scope) =>
        {
            var clock = new FakeTimeProvider();
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                clock.Advance(s_hour);
            });
            await Task.Delay(s_hour, clock);
            return clock.GetUtcNow();
        }),
        Construct.Value("`cx.Clock.GetUtcNow()`, `GetTimestamp()`", static cx => (cx.Clock.GetUtcNow(), cx.Clock.GetTimestamp())),
        Construct.Value("`DateTime.UtcNow`, `DateTimeOffset.UtcNow`", static cx => DateTime.UtcNow, "`cx.Clock.GetUtcNow()`"),
        Construct.Value("`TimeProvider.System`", static cx => TimeProvider.System.GetUtcNow(), "`cx.Clock`"),
        Construct.Value("`Stopwatch`, `Environment.TickCount64`", static cx => System.Diagnostics.Stopwatch.GetTimestamp(), "`cx.Clock.GetElapsedTime`"),
    ];

    private static async Task Tick(PeriodicTimer timer)
    {
        using (timer)
        {
            await timer.WaitForNextTickAsync();
        }
    }

    private static async Task Canceled(CancellationTokenSource source)
    {
        using (source)
        {
            var canceled = new TaskCompletionSource();
            using var registration = source.Token.Register(canceled.SetResult);
            await canceled.Task;
        }
    }

    private static async Task Refused(Task task)
    {
        try
        {
            await task;
        }
        catch (TimeoutException)
        {
        }
    }
}
