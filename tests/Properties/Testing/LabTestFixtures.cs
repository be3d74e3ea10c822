using Lab.Core.Tasks;
using Lab.Sharing;
using Lab.Testing;
using NUnit.Framework;

namespace Lab.Properties.Testing;

/// <summary>Tests that the tests of [LabTest] run. Generic, so that only they do.</summary>
public class LabTestFixtures<T>
{
    private static int s_runs;

    [LabTest(Executions = 200)]
    public async Task Finds_a_lost_update(Cx cx)
    {
        var counter = new Shared<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(c => Increment(counter, c));
            scope.Spawn(c => Increment(counter, c));
            await Task.CompletedTask;
        });
        Assert.That(counter.Peek(), Is.EqualTo(2), "both increments count");
    }

    [LabTest(Executions = 200, Threads = 3)]
    public Task Finds_it_on_three_threads(Cx cx) => Finds_a_lost_update(cx);

    [LabTest(Executions = 200)]
    public async Task Survives_with_compare_exchange(Cx cx)
    {
        var counter = new Shared<int>();
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(c => Exchange(counter, c));
            scope.Spawn(c => Exchange(counter, c));
            await Task.CompletedTask;
        });
        Assert.That(counter.Peek(), Is.EqualTo(2));
    }

    [LabTest(Executions = 20)]
    public async Task Catches_its_own_failed_assertion(Cx cx)
    {
        try
        {
            Assert.Fail("never mind");
        }
        catch (AssertionException)
        {
            await cx.YieldAsync();
        }
    }

    [LabTest(Executions = 20)]
    public async Task Fails_in_a_child(Cx cx) => await cx.ScopeAsync(async scope =>
    {
        scope.Spawn(async c =>
        {
            await c.YieldAsync();
            Assert.That(c.Name, Is.EqualTo("parent"));
        });
        await Task.CompletedTask;
    });

    [LabTest(Executions = 20)]
    public async ValueTask Passes_early(Cx cx)
    {
        await cx.YieldAsync();
        Assert.Pass();
    }

    [LabTest(Executions = 20)]
    public async Task Assumes_what_never_holds(Cx cx)
    {
        await cx.YieldAsync();
        Assume.That(false, "never");
    }

    [LabTest(Executions = 20)]
    public async Task Remembers_earlier_executions(Cx cx)
    {
        var value = new Shared<int>();
        for (var i = s_runs++ % 2; i < 2; i++)
        {
            await value.WriteAsync(i, cx);
        }
    }

    [LabTest(Executions = 20, Require = ["scope-quiescence", "channel-fifo"])]
    public Task Sends_nothing_although_that_is_required(Cx cx) => cx.YieldAsync().AsTask();

    [LabTest(StepLimit = 0)]
    public Task May_take_no_step(Cx cx) => Task.CompletedTask;

    [LabTest(Executions = 0)]
    public Task May_not_run(Cx cx) => Task.CompletedTask;

    [LabTest(Workers = 0)]
    public Task Has_no_worker(Cx cx) => Task.CompletedTask;

    [LabTest(Threads = 0)]
    public Task Has_no_thread(Cx cx) => Task.CompletedTask;

    [LabTest(TimeLimitSeconds = double.NaN)]
    public Task Has_a_time_that_is_no_number(Cx cx) => Task.CompletedTask;

    [LabTest(TimeLimitSeconds = double.PositiveInfinity)]
    public Task Has_more_time_than_there_is(Cx cx) => Task.CompletedTask;

    [LabTest(LagMilliseconds = -1)]
    public Task Lags_by_less_than_nothing(Cx cx) => Task.CompletedTask;

    [LabTest(TimeLimitSeconds = -1)]
    public Task Has_less_than_no_time(Cx cx) => Task.CompletedTask;

    [LabTest(Strategy = "clairvoyant")]
    public Task Names_no_strategy(Cx cx) => Task.CompletedTask;

    [LabTest]
    public Task Has_no_parameter() => Task.CompletedTask;

    [LabTest]
    public void Returns_nothing(Cx cx)
    {
    }

    private static async Task Increment(Shared<int> counter, Cx cx)
    {
        var before = await counter.ReadAsync(cx);
        await counter.WriteAsync(before + 1, cx);
    }

    private static async Task Exchange(Shared<int> counter, Cx cx)
    {
        while (true)
        {
            var before = await counter.ReadAsync(cx);
            if (await counter.CompareExchangeAsync(before + 1, before, cx))
            {
                return;
            }
        }
    }
}

/// <summary>Records in what order NUnit's methods run, one string per execution.</summary>
public abstract class LifeCycleBase<T> : IAsyncDisposable
{
    public static List<string> Log { get; } = [];

    protected string Mine { get; set; } = "new";

    [SetUp]
    public void SetUpBase() => Mine += " base+";

    [TearDown]
    public void TearDownBase() => Mine += " base-";

    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        Log.Add(Mine + " disposed");
        GC.SuppressFinalize(this);
    }
}

/// <summary>A fixture with set-up, tear-down and a base class that has both.</summary>
public class LifeCycle<T> : LifeCycleBase<T>
{
    [SetUp]
    public async Task SetUpDerived()
    {
        await Task.Yield();
        Mine += " derived+";
    }

    [TearDown]
    public async ValueTask TearDownDerived()
    {
        await Task.Yield();
        Mine += " derived-";
    }

    [LabTest(Executions = 50)]
    public async Task Runs(Cx cx)
    {
        await cx.YieldAsync();
        Mine += " test";
    }
}
