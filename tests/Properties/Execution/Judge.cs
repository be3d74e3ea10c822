using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Oracles;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>Runs small programs and says what the lab thinks of them.</summary>
internal static class Judge
{
    internal static readonly LabOptions Quick = new() { StepLimit = 2_000 };

    /// <summary>For tests that show a blocked thread and wait for it. No other test may depend on how fast the machine is.</summary>
    internal static readonly LabOptions Impatient = Quick with { Watchdog = TimeSpan.FromMilliseconds(200) };

    internal static Verdict Explore(Func<Cx, Task> program, LabOptions? options = null, long executions = 300) =>
        Explore(program, new ExploreOptions { Lab = options ?? Quick, Executions = executions, LinearisationSamples = 10, Shrink = null });

    internal static Verdict Explore(Func<Cx, Task> program, ExploreOptions options)
    {
        var result = Explorer.Explore(program, options);
        return result.Failure?.Verdict ?? Verdict.Passed;
    }

    /// <summary>Fails unless exactly this kind is found and its text has every part.</summary>
    internal static Verdict MustFind(VerdictKind kind, Func<Cx, Task> program, params string[] parts) => MustFind(kind, program, null, parts);

    internal static Verdict MustFind(VerdictKind kind, Func<Cx, Task> program, LabOptions? options, params string[] parts)
    {
        options ??= Quick;
        if (kind == VerdictKind.Escape)
        {
            // What comes from outside ends the wait for it, however late a busy machine lets it come.
            options = options with { ForeignWait = TimeSpan.FromSeconds(20) };
        }

        var verdict = Explore(program, options);
        Assert.That(verdict.Kind, Is.EqualTo(kind), verdict.ToString());
        foreach (var part in parts)
        {
            Assert.That(verdict.ToString(), Does.Contain(part));
        }

        return verdict;
    }

    internal static void MustPass(Func<Cx, Task> program, LabOptions? options = null) =>
        Assert.That(Explore(program, options) is var verdict && !verdict.IsFailure, $"{verdict}");
}
