namespace Lab.Causality;

/// <summary>
/// An object's half of the fingerprint. The default value is an object that nobody has touched: one state serves for every object of an
/// execution, and a reset is an assignment.
/// </summary>
internal struct ObjectState
{
    // w: the state of the task that wrote last, as it was after that write.
    internal ulong WriteHi;
    internal ulong WriteLo;

    // r: the sum of the states of the tasks that read since then, as each was after its read. A sum, because reads commute.
    internal ulong ReadHi;
    internal ulong ReadLo;
}
