namespace Lab.Core.Scheduling;

/// <summary>
/// How far an operation has come when its node is started. A primitive that is under its gate anyway may begin there, which saves entering it
/// twice; never in the lab's explored dispatch, where operations take effect when chosen.
/// </summary>
internal enum Beginning : byte
{
    NotYet,

    /// <summary>Begun, and parked; by now it may be chosen.</summary>
    Parked,

    /// <summary>Begun, and complete.</summary>
    Done,
}
