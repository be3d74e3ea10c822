using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Generators;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Programs;

/// <summary>Random programs under random schedules: the oracles and the programs' own model hold, and a schedule says everything.</summary>
[TestFixture]
public sealed class GeneratedProgramTests
{
    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)], MaxTest = 300, StartSize = 5, EndSize = 100)]
    public void A_program_that_is_cancelled_in_the_end_passes(LabProgram program, Schedule schedule) => LabRuntime.Run(schedule, program.Run);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)], MaxTest = 300, StartSize = 5, EndSize = 100)]
    public void A_program_that_nobody_cancels_passes_or_deadlocks(LabProgram program, Schedule schedule)
    {
        var verdict = LabRuntime.TryRun(schedule, (program with { Patience = null }).Run).Verdict;
        Assert.That(verdict.Kind, Is.AnyOf(VerdictKind.Passed, VerdictKind.Deadlock), verdict.ToString());
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)], MaxTest = 100, StartSize = 5, EndSize = 100)]
    public void Many_random_schedules_of_a_program_pass(LabProgram program, Seed seed) => Passes(program, new LabOptions(), seed);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)], MaxTest = 100, StartSize = 5, EndSize = 100)]
    public void Many_random_schedules_of_a_program_pass_with_timers_that_fire_at_will(LabProgram program, Seed seed) =>
        Passes(program, new LabOptions { Time = TimeModel.Free }, seed);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)], MaxTest = 100, StartSize = 5, EndSize = 100)]
    public void Many_random_schedules_of_a_program_pass_on_virtual_workers(LabProgram program, Seed seed) =>
        Passes(program, new LabOptions { Dispatch = DispatchKind.WorkStealing, Workers = 3 }, seed);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)], MaxTest = 150, StartSize = 5, EndSize = 100)]
    public void The_same_schedule_gives_the_same_trace_byte_for_byte(LabProgram program, Schedule schedule)
    {
        var first = Recorded(program, schedule);
        var second = Recorded(program, schedule);
        Assert.That(second, Is.EqualTo(first));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(LabArbitraries)], MaxTest = 100, StartSize = 5, EndSize = 100)]
    public void A_recorded_trace_replays_byte_for_byte(LabProgram program, Schedule schedule)
    {
        var trace = TraceFile.Parse(Recorded(program, schedule));
        var again = LabRuntime.Replay(trace, cx => FailAtTheEnd(program, cx));
        Assert.That(TraceFile.ToText(again.Trace!), Is.EqualTo(TraceFile.ToText(trace)));
    }

    private static void Passes(LabProgram program, LabOptions options, Seed seed)
    {
        var exploration = Explorer.Explore(program.Run, new ExploreOptions
        {
            Executions = 20, Seed = seed, Lab = options,

            // The programs keep their books (handles, counts of what they did) in plain fields: that sharing is not declared.
            LinearisationSamples = 0,
        });
        Assert.That(exploration.Failure?.Verdict.ToString(), Is.Null);
        Assert.That(exploration.Executions, Is.EqualTo(20));
    }

    /// <summary>Failing executions have a full trace; so this one fails when all is done.</summary>
    private static string Recorded(LabProgram program, Schedule schedule) =>
        TraceFile.ToText(LabRuntime.TryRun(schedule, cx => FailAtTheEnd(program, cx)).Trace!);

    private static async Task FailAtTheEnd(LabProgram program, Cx cx)
    {
        await program.Run(cx);
        throw new InvalidOperationException("the end");
    }
}
