using Lab.Execution;

namespace Lab.Shrinking;

/// <summary>
/// What a failure asks for that a program seldom meets: first a slow machine, then switches at the wrong moment. Both only grow while an execution
/// goes on, so that one which has more than another already can be no improvement.
/// </summary>
internal readonly record struct Strain(Lag Lag, int Preemptions) : IComparable<Strain>
{
    /// <summary>No execution has more.</summary>
    internal static Strain Most => new(Lag.Most, int.MaxValue);

    public int CompareTo(Strain other) => Lag.CompareTo(other.Lag) is not 0 and var difference ? difference : Preemptions.CompareTo(other.Preemptions);
}
