namespace Lab.Core.Scheduling;

/// <summary>What <see cref="WaitNode.TryWithdraw"/> found.</summary>
internal enum Withdrawal : byte
{
    /// <summary>The wait is over already, or belongs to somebody else by now.</summary>
    Nothing,

    /// <summary>It was parked and is canceled now: unlink it, and publish it after the gate.</summary>
    Parked,

    /// <summary>It had been chosen and is canceled now: pass on what it was given. Its wake is already under way.</summary>
    Chosen,
}
