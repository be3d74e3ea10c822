using System.Globalization;
using System.Text;
using Lab.Core.Tasks;
using Lab.Seeds;

namespace Lab.Generators;

/// <summary>
/// A random program over the core's primitives: some tasks, each a list of steps, over a few channels, notifies, semaphores, mutexes and shared
/// variables. It checks itself against a simple model while it runs and at its end: messages are conserved and arrive in order per sender, permits
/// and slots are given back, nobody shares a mutex. Runs in the lab and natively; immutable, so it can run any number of times.
/// </summary>
public sealed record LabProgram
{
    /// <summary>The most tasks that one run starts, spawned ones included; later spawns are skipped.</summary>
    public const int MaxTasks = 64;

    /// <summary>Capacities of the channels; at least one.</summary>
    public required IReadOnlyList<int> Channels { get; init; }

    /// <summary>Number of notifies; at least 1.</summary>
    public required int Notifies { get; init; }

    /// <summary>What each semaphore has at first; at least one semaphore.</summary>
    public required IReadOnlyList<int> Semaphores { get; init; }

    /// <summary>The steps of each task that runs from the start.</summary>
    public required IReadOnlyList<IReadOnlyList<ProgramStep>> Tasks { get; init; }

    /// <summary>After how long everything is cancelled, so that the program ends. Null: it may deadlock.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>A program drawn from <paramref name="seed"/>: the same for the same arguments, on every machine.</summary>
    /// <param name="seed">All of it comes from here.</param>
    /// <param name="size">0 is smallest; about 100 is large (up to 5 tasks of 12 steps, nested twice).</param>
    public static LabProgram Random(Seed seed, int size) => new ProgramGenerator(seed, size).Program();

    /// <summary>Runs the program to its end.</summary>
    /// <exception cref="ProgramModelException">The model does not hold.</exception>
    public Task Run(Cx cx)
    {
        ArgumentNullException.ThrowIfNull(cx);
        return new ProgramRun(this).RunAsync(cx);
    }

    /// <summary>Smaller programs, the boldest cuts first. None of them is larger; no run is needed.</summary>
    public IEnumerable<LabProgram> Shrink() => ProgramShrinker.Shrink(this);

    /// <summary>One line for the objects and one per task.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"channels [{string.Join(", ", Channels)}], {Notifies} notifies, semaphores [{string.Join(", ", Semaphores)}]");
        text.Append(CultureInfo.InvariantCulture, $"{(Patience is { } patience ? $", cancelled after {patience.TotalMilliseconds} ms" : "")}\n");
        for (var i = 0; i < Tasks.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  task {i}: {string.Join("; ", Tasks[i])}\n");
        }

        return text.ToString();
    }
}
