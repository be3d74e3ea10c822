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

    /// <summary>Runs under the given strategy and seed and throws if that fails.</summary>
    /// <exception cref="LabFailureException">The execution failed; the message is the report.</exception>
    public static LabResult Run(Func<Cx, Task> program, LabOptions? options = null, string strategy = RandomWalk.Name, Seed seed = default) =>
        ThrowIfFailed(TryRun(program, options, strategy, seed), options);

    /// <summary>Runs under a sparse schedule and returns what happened; a failing execution has its trace.</summary>
    public static LabResult TryRun(Schedule schedule, Func<Cx, Task> program, LabOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Execute(program, new Deviations(schedule), default, options);
    }

    /// <summary>Runs under the given strategy and seed and returns what happened; a failing execution has its trace.</summary>
    /// <exception cref="ArgumentException">The text names no strategy.</exception>
    public static LabResult TryRun(Func<Cx, Task> program, LabOptions? options = null, string strategy = RandomWalk.Name, Seed seed = default) =>
        Execute(program, StrategySpec.Parse(strategy), seed, options);

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

    private static LabResult Execute(Func<Cx, Task> program, Strategy strategy, Seed seed, LabOptions? options)
    {
        ArgumentNullException.ThrowIfNull(program);
        var engine = new LabEngine(options ?? new LabOptions());
        return OnLabThread(engine, () =>
        {
            var result = engine.Run(program, strategy, seed, 0);
            return result.Verdict.IsFailure
                ? Reexecution.Run(engine, program, result, new ExploreOptions { Seed = seed, Lab = engine.Options })
                : result;
        });
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

        try
        {
            result = TraceFolder.Save(result, options?.TraceDirectory ?? Environment.GetEnvironmentVariable(TraceFolder.Variable));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure is what matters; that its trace could not be written is a note to it.
            result = result with { Verdict = result.Verdict with { Notes = [.. result.Verdict.Notes, $"the trace was not written: {e.Message}"] } };
        }

        throw new LabFailureException(result);
    }
}
