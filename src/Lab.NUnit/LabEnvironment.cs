using System.Reflection;
using Lab.Seeds;

namespace Lab.Testing;

/// <summary>What a run takes from the environment. Read at every test, so that a runner may set it late.</summary>
internal static class LabEnvironment
{
    /// <summary>The trace file to replay, as it was given; null to explore.</summary>
    internal static string? Replay => Read("LAB_REPLAY");

    /// <summary>
    /// The path of the trace file to replay. Runners change the current folder, so that a relative path is looked for in the folder from which the run
    /// was started, where the system tells it; then in the current one; and then in those above the tests, one of which it was mostly started from.
    /// </summary>
    /// <exception cref="FileNotFoundException">It is in none of them; says where it was looked for.</exception>
    internal static string FindReplay(string path, Assembly tests)
    {
        var folder = Path.GetDirectoryName(tests.Location);
        if (Path.IsPathFullyQualified(path))
        {
            return File.Exists(path) ? path : throw new FileNotFoundException($"LAB_REPLAY names {path}, and there is no such file.");
        }

        // What a shell says of itself, and hands down to what it starts.
        var start = Read("PWD");
        foreach (var candidate in new[] { start, Environment.CurrentDirectory }.Concat(Above(folder)))
        {
            if (candidate is not null && File.Exists(Path.Combine(candidate, path)))
            {
                return Path.GetFullPath(Path.Combine(candidate, path));
            }
        }

        var started = start is null || start == Environment.CurrentDirectory ? "" : $"{start}, ";
        throw new FileNotFoundException($"LAB_REPLAY names {path}, and there is no such file in {started}{Environment.CurrentDirectory}, or in a folder above the tests ({folder}).");
    }

    private static IEnumerable<string?> Above(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    /// <summary>The folder for traces; null for the default.</summary>
    internal static string? Traces => Read("LAB_TRACES");

    /// <summary>The seed in place of the tests' own.</summary>
    /// <exception cref="FormatException">The variable is set to something else.</exception>
    internal static Seed? Seed
    {
        get
        {
            if (Read("LAB_SEED") is not { } text)
            {
                return null;
            }

            return Seeds.Seed.TryParse(text, out var seed)
                ? seed
                : throw new FormatException($"The environment variable LAB_SEED is '{text}', which is not a seed: write a decimal number, or 0x and hexadecimal digits.");
        }
    }

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
