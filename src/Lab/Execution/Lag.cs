namespace Lab.Execution;

/// <summary>
/// How slow a machine must be to show an execution (semantics 6.4): the clock moved although tasks were ready, which then needed that long to begin.
/// The less, the more plausible: by the narrowest time model that allows it, then by how often the clock did that, then by how long it held tasks back.
/// </summary>
/// <param name="Model">0: never (<see cref="TimeModel.WhenIdle"/>). 1: as far as <see cref="LabOptions.Lag"/> allows. 2: only <see cref="TimeModel.Free"/> does.</param>
/// <param name="Advances">Early advances: how often the clock moved while a task was ready. A timer that was due already is none.</param>
/// <param name="Total">Ticks that it moved then, times the tasks that were ready; among virtual workers they count as one.</param>
internal readonly record struct Lag(int Model, int Advances, long Total) : IComparable<Lag>
{
    /// <summary>No execution has less.</summary>
    internal static Lag None => default;

    /// <summary>No execution has more.</summary>
    internal static Lag Most => new(int.MaxValue, int.MaxValue, long.MaxValue);

    public int CompareTo(Lag other)
    {
        var difference = Model.CompareTo(other.Model);
        difference = difference != 0 ? difference : Advances.CompareTo(other.Advances);
        return difference != 0 ? difference : Total.CompareTo(other.Total);
    }

    /// <summary>Another early advance, by <paramref name="ticks"/>, which holds back so many tasks.</summary>
    internal Lag With(long ticks, int ready, bool isWithinLag)
    {
        var total = Total + ((Int128)ticks * ready);
        return new Lag(Math.Max(Model, isWithinLag ? 1 : 2), Advances + 1, (long)Int128.Min(total, long.MaxValue));
    }
}
