using System.Reflection;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace Lab.Testing;

/// <summary>
/// An NUnit test that runs in the lab, many times, each under another schedule: <c>[LabTest(Executions = 2_000)] public async Task X(Cx cx)</c>.
/// The first failing execution is the test's failure; its trace is written to a file, and the message says how to replay it.
/// </summary>
/// <remarks>
/// <para>What runs per execution: a new instance of the fixture, its <c>[SetUp]</c> methods (base class first), the test method, its <c>[TearDown]</c>
/// methods (derived class first), disposal of the fixture; all of it as the program's first task, so that what they await is explored too. They take
/// no parameters. <c>[OneTimeSetUp]</c> runs once, on NUnit's own instance: only what it stores in statics is seen. An execution that is stuck or
/// broken is abandoned: no <c>finally</c> block and no <c>[TearDown]</c> runs in it.</para>
/// <para>Each execution has an isolated <see cref="TestExecutionContext"/>: an assertion that fails and is caught does not fail the test, and warnings
/// and output of single executions are dropped. <c>Assert.Pass</c> ends one execution. A test whose every execution ended with <c>Assert.Ignore</c> or
/// <c>Assume.That</c> is inconclusive.</para>
/// <para>Environment: <c>LAB_SEED</c> replaces <see cref="Seed"/>. <c>LAB_REPLAY</c> names a trace file: the test that wrote it replays it and nothing
/// else, all others are skipped; where no test has that name all are errors; and where a filter leaves that test out, the process says so when it ends,
/// and returns 2. A relative path counts from the folder where the run was started, or from one
/// above the tests. <c>LAB_TRACES</c> is the folder for traces; default: the test run's work directory.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LabTestAttribute : NUnitAttribute, ITestBuilder, IImplyFixture, IWrapSetUpTearDown, IProgramSource
{
    private const double MaxSeconds = 365 * 24 * 3600.0;

    /// <summary>Executions at most.</summary>
    /// <value>Default: 1,000.</value>
    public long Executions { get; set; } = 1_000;

    /// <summary>Who answers, as the command line spells it.</summary>
    /// <value>Default: <c>portfolio</c>, which divides the executions among several.</value>
    public string Strategy { get; set; } = "portfolio";

    /// <summary>The run's seed; each execution has its own, derived from it.</summary>
    /// <value>Default: 0. A fixed seed: the same run every time.</value>
    public ulong Seed { get; set; }

    /// <summary>Real time at most; running out of it is no failure.</summary>
    /// <value>In seconds. Default: 0, no limit.</value>
    public double TimeLimitSeconds { get; set; }

    /// <summary>Make a failure small before it is reported: fewest pre-emptions, then fewest steps.</summary>
    /// <value>Default: true; it takes below a second.</value>
    public bool Shrink { get; set; } = true;

    /// <inheritdoc cref="ExploreOptions.Require"/>
    public string[] Require { get; set; } = [];

    /// <inheritdoc cref="ExploreOptions.LinearisationSamples"/>
    /// <remarks>
    /// 0 for a program whose tasks share primitives of the BCL on purpose: who of them comes first to one the lab cannot see. What it notes must not depend
    /// on that: two executions with the same order of declared operations and different notes are undeclared sharing all the same.
    /// </remarks>
    public int LinearisationSamples { get; set; } = 2;

    /// <summary>
    /// Threads that explore; the result does not depend on it. With more than one, what the fixture keeps in statics is shared between threads, and
    /// not only between one execution and the next.
    /// </summary>
    /// <value>Default: 1.</value>
    public int Threads { get; set; } = 1;

    /// <inheritdoc cref="LabOptions.Dispatch"/>
    public DispatchKind Dispatch { get; set; } = DispatchKind.Explored;

    /// <inheritdoc cref="LabOptions.Workers"/>
    public int Workers { get; set; } = 2;

    /// <inheritdoc cref="LabOptions.Time"/>
    public TimeModel Time { get; set; } = TimeModel.Lag;

    /// <inheritdoc cref="LabOptions.Lag"/>
    /// <value>In milliseconds of virtual time. Default: 10.</value>
    public double LagMilliseconds { get; set; } = 10;

    /// <inheritdoc cref="LabOptions.Start"/>
    public StartMode Start { get; set; } = StartMode.Chosen;

    /// <inheritdoc cref="LabOptions.StepLimit"/>
    public long StepLimit { get; set; } = 100_000;

    internal TimeSpan? TimeLimit => TimeOf(TimeLimitSeconds, 1, nameof(TimeLimitSeconds)) is var limit && limit > TimeSpan.Zero ? limit : null;

    internal int ExploringThreads => Threads >= 1 ? Threads : throw new ArgumentOutOfRangeException(nameof(Threads), Threads, "Threads is a whole number from 1.");

    internal LabOptions LabOptions => new()
    {
        Dispatch = Dispatch,
        Workers = Workers,
        Time = Time,
        Lag = TimeOf(LagMilliseconds, 1e-3, nameof(LagMilliseconds)),
        Start = Start,
        StepLimit = StepLimit,
    };

    /// <inheritdoc/>
    public IEnumerable<TestMethod> BuildFrom(IMethodInfo method, Test? suite)
    {
        ArgumentNullException.ThrowIfNull(method);
        RunEnd.Watch();
        var test = new TestMethod(method, suite);
        test.ApplyAttributesToTest(method.MethodInfo);
        if (Misuse(method.MethodInfo) is { } misuse)
        {
            test.MakeInvalid(misuse);
        }

        yield return test;
    }

    /// <inheritdoc/>
    public TestCommand Wrap(TestCommand command) => new LabTestCommand(command, this);

    /// <summary>For <c>lab replay</c>: the same program without NUnit around it. The fixture needs a constructor without parameters.</summary>
    /// <exception cref="ScenarioException">The method has another shape, or the fixture takes arguments.</exception>
    public Func<Cx, Task> ProgramOf(MethodInfo method)
    {
        ArgumentNullException.ThrowIfNull(method);
        var fixture = method.ReflectedType!;
        if (Misuse(method) is { } misuse)
        {
            throw new ScenarioException($"{fixture.Name}.{method.Name}: {misuse}");
        }

        if (!fixture.IsAbstract && fixture.GetConstructor(Type.EmptyTypes) is null)
        {
            throw new ScenarioException($"{fixture.Name}.{method.Name}: its fixture takes arguments; replay the trace with LAB_REPLAY and `dotnet test`.");
        }

        return new FixtureProgram(method, fixture, []).RunAsync;
    }

    private static TimeSpan TimeOf(double value, double unit, string name) =>
        value * unit is >= 0 and <= MaxSeconds
            ? TimeSpan.FromSeconds(value * unit)
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is zero or more, and not longer than a year.");

    private static string? Misuse(MethodInfo method) =>
        method.GetParameters() is not [{ ParameterType: var parameter }] || parameter != typeof(Cx) ? "A [LabTest] method has exactly one parameter, of type Cx."
        : method.ReturnType != typeof(Task) && method.ReturnType != typeof(ValueTask) ? "A [LabTest] method returns Task or ValueTask."
        : method.IsGenericMethodDefinition ? "A [LabTest] method is not generic."
        : null;
}
