namespace Lab.Classics;

/// <summary>The classic programs by kind.</summary>
public static class Catalogue
{
    /// <summary>Programs with a bug that some schedules show.</summary>
    public static IReadOnlyList<Classic> Buggy { get; } =
    [
        CountedPrograms.Account,
        CountedPrograms.Lazy,
        CountedPrograms.Deadlock,
        CountedPrograms.TokenRing,
        CountedPrograms.TwoStage(1, 1),
        CountedPrograms.TwoStage(10, 10),
        CountedPrograms.TwoStage(19, 1),
        CountedPrograms.WrongLock(1, 1),
        CountedPrograms.WrongLock(1, 3),
        CountedPrograms.Reorder(2, 1),
        CountedPrograms.Reorder(3, 1),
        CountedPrograms.Reorder(4, 1),
        CountedPrograms.Reorder(9, 1),
        CountedPrograms.Reorder(19, 1),
        CountedPrograms.Carter,
        CountedPrograms.DriverStop,
        CountedPrograms.DriverStop2,
        .. Enumerable.Range(2, 6).Select(LockPrograms.Philosophers),
        LockPrograms.CrossedSemaphores,
        LockPrograms.StringBuffer,
        LockPrograms.Stack,
        LockPrograms.FsBench,
        LockPrograms.Bank,
        LockPrograms.Airline(3),
        LockPrograms.Airline(5),
        LockPrograms.ReadersWriters,
        ConditionPrograms.BoundedBuffer(2, 2),
        ConditionPrograms.LostSignal,
        ConditionPrograms.IfForWhile,
        ConditionPrograms.NestedMonitor,
        ConditionPrograms.SignalForBroadcast,
        RacePrograms.LostUpdate(2),
        RacePrograms.LostUpdate(3),
        RacePrograms.Queue,
        RacePrograms.CircularBuffer,
        RacePrograms.DoubleChecked,
        RacePrograms.Peterson,
        RacePrograms.Aba,
        RacePrograms.RefCount,
        RacePrograms.ClosedQueue,
        RacePrograms.WorkStealing,
        DepthPrograms.Depth(1, 6),
        DepthPrograms.Depth(2, 8),
        DepthPrograms.Needle,
        DepthPrograms.Uneven,
    ];

    /// <summary>Programs that fail on every schedule: smoke tests.</summary>
    public static IReadOnlyList<Classic> Smoke { get; } =
        [ConditionPrograms.Sync01, ConditionPrograms.Sync02, ConditionPrograms.Arithmetic, LockPrograms.Phase];

    /// <summary>Right programs, for both directions.</summary>
    public static IReadOnlyList<Classic> Right { get; } =
    [
        CountedPrograms.Control(2, 5),
        LockPrograms.OrderedPhilosophers(3),
        ConditionPrograms.BoundedBufferFixed(1, 2),
        TracePrograms.Independent(2, 3),
        TracePrograms.Readers(3),
        TracePrograms.LastZero(2),
    ];
}
