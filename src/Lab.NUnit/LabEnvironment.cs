using Lab.Seeds;

namespace Lab.Testing;

/// <summary>What a run takes from the environment. Read at every test, so that a runner may set it late.</summary>
internal static class LabEnvironment
{
    /// <summary>The trace file to replay; null to explore.</summary>
    internal static string? Replay => Read("LAB_REPLAY");

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
