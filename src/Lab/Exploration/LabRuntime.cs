using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;
using Lab.Traces;

namespace Lab.Exploration;

/// <summary>
/// Runs one execution of a program in the lab: the same compiled code on one thread, with a virtual clock and a schedule that answers every
/// question which the real world would answer by chance. The same schedule gives the same execution, on every machine.
/// </summary>
public static class LabRuntime
{
    /// <summary>Runs under a sparse schedule and throws if that fails.</summary>
    /// <exception cref="LabFailureException">The execution failed; the message is the report.</exception>
    public static LabResult Run(Schedule schedule, Func<Cx, Task> program, LabOptions? options = null) =>
        ThrowIfFailed(TryRun(schedule, program, options), options);

    /// <summary>Runs under the given strategy and seed; a failure is shrunk (see <see cref="Shrink"/>) and thrown.</summary>
    /// <exception cref="LabFailureException">The execution failed; the message is the report.</exception>
    public static LabResult Run(Func<Cx, Task> program, LabOptions? options = null, string strategy = RandomWalk.Name, Seed seed = default) =>
        ThrowIfFailed(Execute(program, StrategySpec.Parse(strategy), seed, options, new ShrinkOptions()), options);

    /// <summary>Runs under a sparse schedule and returns what happened; a failing execution has its trace.</summary>
    public static LabResult TryRun(Schedule schedule, Func<Cx, Task> program, LabOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Execute(program, new Deviations(schedule), default, options, shrink: null);
    }

    /// <summary>Runs under the given strategy and seed and returns what happened; a failing execution has its trace.</summary>
    /// <exception cref="ArgumentException">The text names no strategy.</exception>
    public static LabResult TryRun(Func<Cx, Task> program, LabOptions? options = null, string strategy = RandomWalk.Name, Seed seed = default) =>
        Execute(program, StrategySpec.Parse(strategy), seed, options, shrink: null);

    /// <summary>
    /// The smallest failing execution near a recorded one, with the same verdict (its kind and first line). First what any machine can show: the
    /// narrowest time model, then the fewest early advances of the clock, then the least time that tasks were held back by them. Then fewest
    /// pre-emptions, then fewest steps, then fewest other switches, then the lexicographically least. It has a trace, what shrinking did, and why it
    /// failed. Where the recorded execution does not fail like that any more, the result is its replay, and says so.
    /// </summary>
    /// <remarks>
    /// Nothing smaller differs from it by one deviation less or another one in its place, or by one run of a task elsewhere. That there is nothing
    /// smaller at all is known where few schedules ask for no more: <see cref="ShrinkingFacts.IsLeast"/>.
    /// </remarks>
    /// <param name="trace">A failing execution, of any strategy and length.</param>
    /// <param name="program">Called once per execution; builds all its state anew.</param>
    /// <param name="options">What may be spent; null for the defaults.</param>
    public static LabResult Shrink(Trace trace, Func<Cx, Task> program, ShrinkOptions? options = null)
    {
        var replay = Replay(trace, program);
        var comparison = ReplayComparison.Of(trace, replay);
        if (!replay.Verdict.IsFailure || comparison.Agreement != ReplayAgreement.Exact)
        {
            return replay with { Shrinking = new ShrinkingFacts { NotShrunk = $"replayed, it is not what was recorded: {comparison.Message}" } };
        }

        return FailureShrinking.One(program, replay with { Strategy = trace.Strategy, Index = trace.Execution }, new ExploreOptions
        {
            Scenario = trace.Scenario,
            AssemblyName = trace.AssemblyName,
            Strategy = trace.Strategy,
            Seed = trace.Seed,
            Lab = LabOptions.Parse(trace.Options),
            Shrink = options ?? new ShrinkOptions(),
        });
    }

    /// <summary>Repeats a recorded execution, checking every decision. The result always has a trace; where the program went another way the verdict
    /// is <see cref="VerdictKind.Nondeterministic"/> and says at which decision.</summary>
    public static LabResult Replay(Trace trace, Func<Cx, Task> program)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(program);
        var engine = new LabEngine(LabOptions.Parse(trace.Options));
        return OnLabThread(engine, () =>
        {
            var seed = trace.Seed.ForExecution(trace.Execution);
            var result = engine.Run(program, new Replay(trace.Decisions), seed, trace.Execution, recording: true);
            if (trace.Verdict.Kind == Verdict.NameOf(VerdictKind.UndeclaredSharing) && !result.Verdict.IsFailure)
            {
                // The judgement was on two executions that both passed; this is the one that was kept.
                result = result with { Verdict = new Verdict(VerdictKind.UndeclaredSharing, trace.Verdict.Message) };
            }

            return result with
            {
                Trace = TraceBuilder.Build(engine, result, trace.Scenario, trace.AssemblyName, trace.Seed, trace.Strategy, result.Verdict),
            };
        });
    }

    private static LabResult Execute(Func<Cx, Task> program, Strategy strategy, Seed seed, LabOptions? options, ShrinkOptions? shrink)
    {
        ArgumentNullException.ThrowIfNull(program);
        var engine = new LabEngine(options ?? new LabOptions());
        var explore = new ExploreOptions { Seed = seed, Lab = engine.Options, Shrink = shrink };
        var result = OnLabThread(engine, () =>
        {
            var first = engine.Run(program, strategy, seed, 0);
            if (!first.Verdict.IsFailure)
            {
                return first;
            }

            engine.BePatient();
            return Reexecution.RunAsync(engine, program, first, explore).GetAwaiter().GetResult();
        });
        return shrink is null || result.Trace is null ? result : FailureShrinking.One(program, result, explore);
    }

    private static LabResult OnLabThread(LabEngine engine, Func<LabResult> work)
    {
        var (result, givenUp) = LabThread<LabResult>.Run(engine, work);
        return result ?? new LabResult { Verdict = givenUp!, Seed = default, Strategy = "" };
    }

    private static LabResult ThrowIfFailed(LabResult result, LabOptions? options)
    {
        if (!result.Verdict.IsFailure)
        {
            return result;
        }

        throw new LabFailureException(TraceFolder.Save(result, options?.TraceDirectory ?? Environment.GetEnvironmentVariable(TraceFolder.Variable)));
    }
}
