namespace Lab.Samples;

/// <summary>The samples' only assertion; in a test project it would be the test framework's.</summary>
internal static class Check
{
    internal static void That(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new AssertionFailedException(otherwise);
        }
    }
}

/// <summary>What a program promised did not hold.</summary>
public sealed class AssertionFailedException(string message) : Exception(message);
