namespace Lab.Strategies.Dpor;

/// <summary>A process that sleeps: its next step was explored already, and what was taken since is independent of that step (Godefroid 1996).</summary>
/// <param name="Process">Who sleeps.</param>
/// <param name="Footprint">What its next step touches.</param>
/// <param name="IsOfOpen">
/// It was explored at a place where everybody is tried (<see cref="Parts"/>), perhaps by another part: what is found behind it is not planned anywhere else.
/// </param>
internal readonly record struct Sleeper(int Process, Footprint Footprint, bool IsOfOpen);
