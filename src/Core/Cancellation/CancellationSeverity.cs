namespace Lab.Core.Cancellation;

/// <summary>The severity tiers of <see cref="CancellationKind"/>.</summary>
public static class CancellationSeverity
{
    /// <summary>What a listener that has heard of no request has seen: below every severity, below <see cref="CancellationKind.User"/> too.</summary>
    internal const int NothingSeen = -1;

    /// <summary>The tier of a kind.</summary>
    /// <value>0 (weakest: <see cref="CancellationKind.User"/>) to 5 (strongest: <see cref="CancellationKind.Shutdown"/>).</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a defined kind.</exception>
    public static int Severity(this CancellationKind kind) => kind switch
    {
        CancellationKind.User => 0,
        CancellationKind.Timeout or CancellationKind.Deadline => 1,
        CancellationKind.PollQuota or CancellationKind.CostBudget => 2,
        CancellationKind.FailFast or CancellationKind.RaceLost or CancellationKind.LinkedExit => 3,
        CancellationKind.ParentCancelled or CancellationKind.ResourceUnavailable => 4,
        CancellationKind.Shutdown => 5,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of cancellation."),
    };
}
