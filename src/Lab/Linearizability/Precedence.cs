namespace Lab.Linearizability;

/// <summary>Which points must have been before which, as sets of bits over the points in their order.</summary>
internal readonly struct Precedence
{
    /// <summary>Per point: those that must have taken effect before it.</summary>
    internal ulong[] Before { get; private init; }

    /// <summary>Per point: those after which it is too late for it. Only what may be left out needs it.</summary>
    internal ulong[] TooLate { get; private init; }

    /// <summary>Those that must take effect.</summary>
    internal ulong Required { get; private init; }

    /// <summary>Requests that may be left out, each with what has to follow it.</summary>
    internal (ulong Request, ulong Follower)[] Pairs { get; private init; }

    /// <summary>The order of real time: what was over before another began comes first.</summary>
    internal static Precedence OfRealTime<TState>(IReadOnlyList<Point<TState>> points) => Of(points, static (a, b) => a.End < b.Start);

    /// <summary>The order of each task only: sequential consistency (L. Lamport, IEEE Transactions on Computers C-28(9), 1979).</summary>
    internal static Precedence OfTasks<TState>(IReadOnlyList<Point<TState>> points) =>
        Of(points, static (a, b) => a.Of.Task == b.Of.Task && a.Of.Called < b.Of.Called);

    private static Precedence Of<TState>(IReadOnlyList<Point<TState>> points, Func<Point<TState>, Point<TState>, bool> precedes)
    {
        var before = new ulong[points.Count];
        var tooLate = new ulong[points.Count];
        var required = 0UL;
        var pairs = new List<(ulong, ulong)>();
        for (var i = 0; i < points.Count; i++)
        {
            required |= points[i].IsRequired ? 1UL << i : 0;
            for (var j = 0; j < points.Count; j++)
            {
                if (ReferenceEquals(points[i].Request, points[j]))
                {
                    before[i] |= 1UL << j;
                    if (!points[j].IsRequired && points[i].Phase == Phase.Cancel)
                    {
                        pairs.Add((1UL << j, 1UL << i));
                    }
                }
                else if (precedes(points[j], points[i]))
                {
                    before[i] |= points[j].IsRequired ? 1UL << j : 0;
                    tooLate[j] |= points[j].IsRequired ? 0 : 1UL << i;
                }
            }
        }

        return new Precedence { Before = before, TooLate = tooLate, Required = required, Pairs = [.. pairs] };
    }
}
