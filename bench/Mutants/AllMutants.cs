namespace Lab.Bench.Mutants;

/// <summary>Every mutant, room by room.</summary>
internal static class AllMutants
{
    internal static readonly Mutant[] List =
    [
        .. NotifyMutants.List,
        .. LockMutants.List,
        .. ChannelMutants.List,
        .. OneshotMutants.List,
        .. WaitMutants.List,
        .. WakeMutants.List,
        .. QueueMutants.List,
        .. CancellationMutants.List,
        .. ScopeMutants.List,
        .. TimeMutants.List,
        .. PumpMutants.List,
    ];
}
