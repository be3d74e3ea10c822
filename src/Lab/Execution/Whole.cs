namespace Lab.Execution;

/// <summary>Whole numbers that a user sets: what makes no sense is refused where it is set, and not when a run begins.</summary>
internal static class Whole
{
    /// <exception cref="ArgumentOutOfRangeException">The value is below <paramref name="least"/>; it says what is allowed.</exception>
    internal static long AtLeast(long value, long least, string name) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is a whole number from {least:N0}."));

    /// <exception cref="ArgumentOutOfRangeException">The value is not among them; it says which are allowed.</exception>
    internal static int Between(int value, int least, int most, string name) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is a whole number from {least:N0} to {most:N0}."));
}
