namespace Lab.Shrinking;

/// <summary>
/// What shrinking makes smaller: early advances of the clock and how long they held tasks back, then pre-emptions (<see cref="Strain"/>), then steps,
/// then other switches, then the answers in the order in which they are given (lower tasks and lower numbers first). Two schedules of one program with
/// equal scores are the same schedule.
/// </summary>
internal sealed class Score(Strain strain, long steps, int starts, Taken[] log) : IComparable<Score>
{
    internal Strain Strain => strain;

    internal long Steps => steps;

    public int CompareTo(Score? other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var difference = Strain.CompareTo(other.Strain);
        difference = difference != 0 ? difference : Steps.CompareTo(other.Steps);
        difference = difference != 0 ? difference : starts.CompareTo(other.Starts);
        return difference != 0 ? difference : CompareLogs(log, other.Log);
    }

    private int Starts => starts;

    private Taken[] Log => log;

    // Up to the first difference both executions are the same one, so that ranks mean the same.
    private static int CompareLogs(Taken[] a, Taken[] b)
    {
        for (var i = 0; i < a.Length && i < b.Length; i++)
        {
            if (a[i].Rank != b[i].Rank)
            {
                return a[i].Rank.CompareTo(b[i].Rank);
            }
        }

        return a.Length.CompareTo(b.Length);
    }
}
