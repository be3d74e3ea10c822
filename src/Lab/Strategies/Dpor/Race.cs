namespace Lab.Strategies.Dpor;

/// <summary>
/// Two dependent steps of an execution that could have come the other way round: nothing lies between them in happens-before, and the second could have
/// been taken without the first.
/// </summary>
/// <param name="First">Index of the first step.</param>
/// <param name="Second">Index of the second step; -1 when it was not taken, since the first made it impossible.</param>
/// <param name="Process">Whose step the second is.</param>
/// <param name="Footprint">What the second touched, or is known to touch.</param>
internal readonly record struct Race(int First, int Second, int Process, Footprint Footprint);
