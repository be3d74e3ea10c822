using NUnit.Framework;

namespace Lab.Properties.Samples.WorkQueues;

/// <summary>NUnit's failure without NUnit's context: the scenarios run under <c>lab explore</c> too.</summary>
internal static class Must
{
    internal static void Hold(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new AssertionException(otherwise);
        }
    }
}
