using System.Runtime.CompilerServices;
using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Traces;

/// <summary>Where in the program an event happened: the line of its own call, not of the call before.</summary>
public sealed class CallSiteTests
{
    [Test]
    public void A_spawn_is_told_with_its_own_line()
    {
        var first = 0;
        var trace = Failing(async cx =>
        {
            await cx.YieldAsync();
            await cx.ScopeAsync(scope =>
            {
                first = Line();
                scope.Spawn(static c => c.DelayAsync(TimeSpan.Zero));
                scope.Spawn(static c => Task.CompletedTask);
                scope.Spawn(static c => Task.FromResult(1));
                scope.Spawn(static (_, c) => Task.CompletedTask, 0);
                return Task.CompletedTask;
            });
        });
        Assert.That(SitesOf("TaskSpawned", trace), Is.EqualTo(Enumerable.Range(first + 1, 4).Select(static line => $"CallSiteTests.cs:{line}")));
    }

    [Test]
    public void The_branches_of_a_combinator_are_told_with_its_line()
    {
        var lines = new List<int>();
        var trace = Failing(async cx =>
        {
            lines.Clear();
            lines.Add(Line() + 1);
            await cx.JoinAllAsync([static _ => Task.CompletedTask]);
            lines.Add(Line() + 1);
            await cx.RaceAsync([static _ => Task.FromResult(1)]);
            lines.Add(Line() + 1);
            await cx.TimeoutAsync(TimeSpan.FromSeconds(1), static _ => Task.CompletedTask);
        });
        Assert.That(SitesOf("TaskSpawned", trace), Is.EqualTo(lines.Select(static line => $"CallSiteTests.cs:{line}")));
    }

    [Test]
    public void What_takes_effect_at_the_next_call_is_told_with_the_line_of_its_own()
    {
        var begun = 0;
        var trace = Failing(async cx =>
        {
            var (tx, _) = Mpsc.Bounded<int>(1);
            begun = Line() + 1;
            var sent = tx.SendAsync(1, cx);
            await cx.YieldAsync();
            await sent;
        });
        Assert.That(SitesOf("ChannelSent", trace), Is.EqualTo(new[] { $"CallSiteTests.cs:{begun}" }));
    }

    // NotifyOne and its like do not say where they are called: the line of the await before them would send the reader elsewhere.
    [Test]
    public void A_call_that_does_not_say_where_it_is_made_has_no_line_and_those_around_it_have_theirs()
    {
        var begun = 0;
        var trace = Failing(async cx =>
        {
            var notify = new Notify();
            var (tx, rx) = Mpsc.Bounded<int>(4);
            begun = Line() + 1;
            await tx.SendAsync(1, cx);
            notify.NotifyOne();
            tx.TrySend(2);
            rx.TryReceive(out _);
            var sent = tx.SendAsync(3, cx);
            notify.NotifyWaiters();
            await sent;
        });
        Assert.That(SitesOf("ChannelSent", trace), Is.EqualTo(new[] { $"CallSiteTests.cs:{begun}", "", $"CallSiteTests.cs:{begun + 4}" }));
        Assert.That(SitesOf("NotifyOneStored", trace).Concat(SitesOf("NotifyAll", trace)).Concat(SitesOf("ChannelReceived", trace)), Is.EqualTo(new[] { "", "", "" }));
    }

    [Test]
    public void The_start_of_the_program_which_nobody_calls_has_no_line()
    {
        var trace = Failing(static _ => Task.CompletedTask);
        Assert.That(trace.Events.Where(static e => e.Kind == "TaskSpawned").Select(static e => e.Site), Is.EqualTo(new[] { "" }));
    }

    private static int Line([CallerLineNumber] int line = 0) => line;

    private static Trace Failing(Func<Cx, Task> program) => LabRuntime.TryRun(Schedule.Default, async cx =>
    {
        await program(cx);
        throw new FormatException("so that there is a trace");
    }).Trace!;

    /// <summary>Without the spawn of the program itself, which nobody calls.</summary>
    private static IEnumerable<string> SitesOf(string kind, Trace trace) =>
        trace.Events.Where(e => e.Kind == kind && e.Step > 0).Select(static e => e.Site);
}
