using System.Collections.Concurrent;

namespace Lab.Testing;

/// <summary>
/// What no test of a run can tell, said when its process ends: that the filter left out the one test which LAB_REPLAY is for, so that all others were
/// skipped; and that a program ended the process in the middle of its test. A runner would call the one green, and might not speak of the other.
/// </summary>
internal static class RunEnd
{
    /// <summary>What runners return for a run with tests that failed.</summary>
    private const int Failed = 2;

    private static readonly ConcurrentDictionary<string, bool> s_running = new(StringComparer.Ordinal);
    private static int s_isWatched;
    private static volatile bool s_hasReplayed;

    /// <summary>Tests of the lab are there: called when they are found, because a filter may let none of them run.</summary>
    internal static void Watch()
    {
        if (Interlocked.Exchange(ref s_isWatched, 1) == 0)
        {
            AppDomain.CurrentDomain.ProcessExit += static (_, _) => Say();
        }
    }

    /// <summary>Some test took the file of LAB_REPLAY, or said why that cannot be.</summary>
    internal static void Replayed() => s_hasReplayed = true;

    internal static void Begin(string test) => s_running[test] = true;

    internal static void End(string test) => s_running.TryRemove(test, out _);

    /// <summary>A message; null: there is nothing to say.</summary>
    internal static string? Message(string? replay, bool hasReplayed, IReadOnlyCollection<string> running) =>
        running.Count > 0
            ? $"{string.Join(", ", running.Order(StringComparer.Ordinal))} had not ended when the process did: its program called Environment.Exit, or something else "
                + "ended the run. Nothing is known of it."
            : replay is not null && !hasReplayed
                ? $"LAB_REPLAY names {replay}, and no test replayed it: its test was not among those that ran. Run that one (the trace's first lines name it), "
                    + "or unset LAB_REPLAY: with it all other tests of the lab are skipped."
                : null;

    private static void Say()
    {
        var isOnlyListing = Environment.GetCommandLineArgs().Contains("--list-tests");
        if (Message(isOnlyListing ? null : LabEnvironment.Replay, s_hasReplayed, [.. s_running.Keys]) is { } message)
        {
            // Console.Error may be the test's at this moment, whose output nobody will see.
            using var error = new StreamWriter(Console.OpenStandardError());
            error.WriteLine($"error: {message}");
            if (Environment.ExitCode == 0)
            {
                Environment.ExitCode = Failed;
            }
        }
    }
}
