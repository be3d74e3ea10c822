using System.Reflection;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Snapshots;

/// <summary>What the command prints, for the eyes of a person: the stored traces, shown, replayed, compared; and what it says of input that is no use.</summary>
[TestFixture]
public sealed class CommandTests
{
    private static readonly string s_root = typeof(CommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(item => item.Key == "RepositoryRoot").Value!;

    private string _folder = "";

    [SetUp]
    public void CopyTraces()
    {
        _folder = Directory.CreateTempSubdirectory("lab-commands-").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "traces"));
        foreach (var path in Directory.GetFiles(Path.Combine(s_root, "traces"), "*.trace"))
        {
            File.Copy(path, Path.Combine(_folder, "traces", Path.GetFileName(path)));
        }
    }

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_help_of_every_command() => await Verify(Run(
        "--help", "list --help", "explore --help", "merge --help", "replay --help", "shrink --help", "show --help", "diff --help"));

    [Test]
    public async Task The_list_of_scenarios() => await Verify(Run("list"));

    [Test]
    public async Task Many_scenarios_explored_and_two_that_did_not_show_what_they_should() => await Verify(Run(
        "explore --all --executions 100",
        "explore lost-update-fixed lost-update check-then-act --executions 1 --expect-failures"));

    [Test]
    public async Task The_parts_of_a_run_joined()
    {
        Run(Parts("timeout-race"));
        await Verify(Run([.. Parts("lost-update-fixed"),
            "merge traces-found/lost-update-fixed-0-shard-1-of-2.run traces-found/lost-update-fixed-0-shard-2-of-2.run",
            "merge traces-found/lost-update-fixed-0-shard-2-of-2.run",
            "merge traces-found/timeout-race-0-shard-1-of-2.run traces-found/timeout-race-0-shard-2-of-2.run"]));

        static string[] Parts(string name) => [$"explore {name} --executions 200 --shard 1/2", $"explore {name} --executions 200 --shard 2/2"];
    }

    [Test]
    public async Task A_deadlock_of_two_and_one_of_five() => await Verify(Run("show traces/abba-deadlock.trace", "show traces/dining-philosophers.trace"));

    [Test]
    public async Task Tasks_that_wait_in_no_cycle() => await Verify(Run("show traces/bounded-buffer.trace"));

    [Test]
    public async Task The_races_of_an_execution_and_of_one_without() =>
        await Verify(Run("show traces/lost-wakeup.trace --races", "show traces/abba-deadlock.trace --races"));

    [Test]
    public async Task A_replay_that_reproduces() => await Verify(Run("replay traces/torn-snapshot.trace"));

    [Test]
    public async Task Replays_of_a_program_that_has_changed()
    {
        Change("lost-update", "other-verdict", verdict: new TraceVerdict("passed", ""));
        Change("lost-update", "other-program", scenario: "lost-update-fixed");
        await Verify(Run("replay traces/other-verdict.trace", "replay traces/other-program.trace"));
    }

    [Test]
    public async Task What_shrinks_and_what_is_as_small_as_it_gets() => await Verify(Run("shrink traces/timeout-race.trace", "shrink traces/check-then-act.trace"));

    [Test]
    public async Task Two_executions_of_one_program()
    {
        Change("abba-deadlock", "other-message", verdict: new TraceVerdict("deadlock", "3 tasks can never run again\n  T0 waits for the tasks of another scope, whose name is so long that it goes on below (AbbaDeadlock.cs:44)"));
        await Verify(Run("diff traces/abba-deadlock.trace traces/abba-deadlock.trace", "diff traces/abba-deadlock.trace traces/other-message.trace"));
    }

    [Test]
    public async Task Input_that_is_of_no_use()
    {
        File.WriteAllText(Path.Combine(_folder, "half.trace"), File.ReadAllText(Path.Combine(_folder, "traces/lost-update.trace"))[..300]);
        Change("lost-update", "elsewhere", assembly: "Elsewhere");
        await Verify(Run(
            "",
            "nonsense",
            "explore",
            "explore lost-updaet",
            "explore lost-update --executions many",
            "explore lost-update --time soon",
            "explore lost-update --strategy best",
            "explore lost-update --shard 3/2",
            "explore lost-update --all",
            "explore lost-update --exeutions 3",
            "list --assembly none.dll",
            "replay none.trace",
            "replay half.trace",
            "replay traces/elsewhere.trace",
            "show half.trace",
            "show traces/lost-update.trace --rows few",
            "diff traces/lost-update.trace",
            "merge none.run"));
    }

    private string Run(params string[] commands) => Transcript.Of(_folder, commands);

    private void Change(string name, string to, TraceVerdict? verdict = null, string? scenario = null, string? assembly = null)
    {
        var trace = TraceFile.Load(Path.Combine(_folder, $"traces/{name}.trace"));
        var changed = new Trace
        {
            Scenario = scenario ?? trace.Scenario,
            AssemblyName = assembly ?? trace.AssemblyName,
            Seed = trace.Seed,
            Strategy = trace.Strategy,
            Execution = trace.Execution,
            Options = trace.Options,
            Decisions = trace.Decisions,
            Tasks = trace.Tasks,
            Events = trace.Events,
            Verdict = verdict ?? trace.Verdict,
            Fingerprint = trace.Fingerprint,
            Steps = trace.Steps,
            VirtualTime = trace.VirtualTime,
        };
        TraceFile.Save(changed, Path.Combine(_folder, $"traces/{to}.trace"));
    }
}
