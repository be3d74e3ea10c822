using System.Globalization;
using Lab.Seeds;

namespace Lab.Traces;

/// <summary>
/// The output of an execution: what was decided, what happened, how it ended. <see cref="TraceFile"/> stores it. A passing execution usually
/// keeps its decisions and no events: they can be had again by replaying it.
/// </summary>
public sealed class Trace
{
    /// <summary>The version of the text format that this library writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>The program that ran, for example the full name of a test.</summary>
    public required string Scenario { get; init; }

    /// <summary>The simple name of the assembly that holds it; empty if unknown.</summary>
    public string AssemblyName { get; init; } = "";

    /// <summary>The seed of the exploration (of the whole, not of this execution).</summary>
    public required Seed Seed { get; init; }

    /// <summary>The strategy with its parameters.</summary>
    public required string Strategy { get; init; }

    /// <summary>Which execution of the exploration this was; 0 is the first.</summary>
    public long Execution { get; init; }

    /// <summary>What else the execution depends on, for example <c>time</c> = <c>lag:10ms</c>. Keys are unique; the order is kept.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>The answers, in the order in which they were asked for.</summary>
    public required IReadOnlyList<Decision> Decisions { get; init; }

    /// <summary>The tasks in the order in which they were spawned.</summary>
    public IReadOnlyList<TraceTask> Tasks { get; init; } = [];

    /// <summary>The events in the order in which they happened; empty if they were not kept.</summary>
    public IReadOnlyList<TraceEvent> Events { get; init; } = [];

    /// <summary>How it ended.</summary>
    public required TraceVerdict Verdict { get; init; }

    /// <summary>The happens-before fingerprint, 32 hexadecimal digits; empty if it was not taken.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>How many steps ran.</summary>
    public long Steps { get; init; }

    /// <summary>How far the virtual clock got.</summary>
    public TimeSpan VirtualTime { get; init; }

    /// <summary>What to give to a lab to have this execution again.</summary>
    public RecordedSchedule Schedule => new(Seed, Strategy, Decisions);

    /// <summary>The value of an option; null if the trace has none of that name.</summary>
    public string? Option(string key)
    {
        foreach (var (name, value) in Options)
        {
            if (name == key)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Scenario}, seed {Seed}, {Strategy}, execution {Execution}: {Verdict.Kind}");
}
