namespace Lab.Bench.Native;

/// <summary>
/// The same work done by Core and by its peers, in one process and in the same build: <see cref="Operations"/> operations in each call of
/// <see cref="Ours"/> and of every <see cref="Rival.Run"/>, which return when it is done. A call should take 2 to 50 ms.
/// </summary>
internal sealed record Contest(string Name, int Operations, Action Ours, params Rival[] Rivals)
{
    /// <summary>What an operation of ours may allocate, in bytes on all threads; null: only shown.</summary>
    internal double? BytesGoal { get; init; }

    /// <summary>Run before each call of <see cref="Ours"/>, and not counted; null: nothing.</summary>
    internal Action? Prepare { get; init; }

    /// <summary>How many times each side is measured; the medians of so many slices are compared.</summary>
    internal int Slices { get; init; } = 15;
}

/// <summary>A peer; <paramref name="Goal"/>: ours must do at least so many times as many operations per second (null: only shown).</summary>
internal sealed record Rival(string Name, Action Run, double? Goal)
{
    /// <summary>Where the goal is judged, if not at the goal; see <see cref="Row.AtLeast"/>.</summary>
    internal double? JudgedAt { get; init; }

    /// <inheritdoc cref="Contest.Prepare"/>
    internal Action? Prepare { get; init; }
}
