using System.Diagnostics;
using System.Globalization;
using Lab.Core.Cancellation;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>
/// A spec is written once and runs on every host. A program must hold in all of its executions; what differs between them is given as the exact
/// set of outcomes.
/// </summary>
[TestFixture(HostKind.Native)]
[TestFixture(HostKind.Cooperative)]
[TestFixture(HostKind.Explored)]
[TestFixture(HostKind.WorkStealing)]
public abstract class Spec(HostKind host)
{
    private const int NativeRuns = 20;
    private const int LabRuns = 200;
    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    protected bool IsNative => host == HostKind.Native;

    /// <summary>The clock is the system's: timers are late, and in no order with anything else.</summary>
    protected bool IsRealTime => host is HostKind.Native or HostKind.Cooperative;

    /// <summary>Runs the program many times; every execution must pass.</summary>
    protected void Run(Func<Cx, Task> program)
    {
        if (IsNative)
        {
            RunNatively(program).GetAwaiter().GetResult();
            return;
        }

        if (host == HostKind.Cooperative)
        {
            RunInFrames(program);
            return;
        }

        var result = Explorer.Explore(program, new ExploreOptions { Executions = LabRuns, Lab = Options });
        Assert.That(result.Failure?.Verdict.ToString(), Is.Null, $"found by execution {result.Executions}");
        Assert.That(result.Executions, Is.EqualTo(LabRuns));
    }

    /// <summary>Over all executions the program returns exactly these; on hosts that see fewer interleavings no others.</summary>
    protected void Outcomes(Func<Cx, Task<string>> program, params string[] expected)
    {
        var seen = new HashSet<string>();
        Run(async cx =>
        {
            var outcome = await program(cx);
            lock (seen)
            {
                seen.Add(outcome);
            }
        });
        Assert.That(seen, host == HostKind.Explored ? Is.EquivalentTo(expected) : Is.SubsetOf(expected).And.Not.Empty);
    }

    /// <summary>Starts a task and comes back when its wait has been registered: <paramref name="begin"/> runs up to there.</summary>
    protected static async Task<TaskHandle> Start(Scope scope, Cx cx, Func<Cx, Task> begin)
    {
        var begun = new AsyncSemaphore(0);
        var handle = scope.Spawn(async c =>
        {
            var work = begin(c);
            begun.Release();
            await work;
        });
        await begun.AcquireAsync(cx);
        return handle;
    }

    /// <summary>Waits for the end and says how it was: <c>Ok</c>, <c>Canceled</c>, <c>Faulted</c>.</summary>
    protected static async Task<string> End(TaskHandle handle, Cx cx) => (await handle.OutcomeAsync(cx)).Kind.ToString();

    protected static CancellationReason Reason(CancellationKind kind, string message = "spec") => new(kind, "spec", default, message);

    protected static async Task<T> Thrown<T>(Func<Task> action)
        where T : Exception
    {
        try
        {
            await action();
        }
        catch (T e)
        {
            return e;
        }

        throw new AssertionException($"expected {typeof(T).Name}, but nothing was thrown");
    }

    private LabOptions Options => host == HostKind.Explored ? new LabOptions() : new LabOptions { Dispatch = DispatchKind.WorkStealing, Workers = 3 };

    private static async Task RunNatively(Func<Cx, Task> program)
    {
        await using var runtime = new Runtime(new RuntimeOptions { Workers = Setting("LAB_SPEC_WORKERS", 4) });
        var runs = Setting("LAB_SPEC_RUNS", NativeRuns);
        for (var i = 0; i < runs; i++)
        {
            await runtime.RunAsync(program).WaitAsync(s_limit);
        }

        Assert.That(runtime.LiveTasks, Is.Zero);
    }

    /// <summary>For a stress run (bench native-stress), which varies them.</summary>
    private static int Setting(string name, int normally) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : normally;

    private static void RunInFrames(Func<Cx, Task> program)
    {
        using var runtime = new CooperativeRuntime();
        using var woken = new ManualResetEventSlim();
        runtime.Woken += woken.Set;
        for (var i = 0; i < NativeRuns; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var running = runtime.RunAsync(program);
            while (!running.IsCompleted)
            {
                woken.Reset();
                if (!runtime.RunFor(s_frame).HasMore && !running.IsCompleted)
                {
                    // As a page would that draws frames only when there is something to do.
                    woken.Wait(runtime.UntilDue ?? s_limit);
                }

                Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(s_limit));
            }

            running.GetAwaiter().GetResult();
        }

        Assert.That(runtime.LiveTasks, Is.Zero);
    }
}
