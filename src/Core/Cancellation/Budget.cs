namespace Lab.Core.Cancellation;

/// <summary>
/// What a task may use up before it is asked to stop, and how urgent it is. Budgets form a meet: <see cref="Tighten"/> can only take away.
/// <c>default</c> equals <see cref="Infinite"/>.
/// </summary>
/// <remarks>
/// Who looks is <see cref="Tasks.Cx.Checkpoint"/>, and nobody else: a task that only awaits goes on however much it uses up, and no wait ends at the deadline.
/// A limit that ends waits is <see cref="Tasks.Cx.TimeoutAsync{T}"/>.
/// </remarks>
/// <param name="Deadline">See <see cref="Deadline"/>.</param>
/// <param name="PollQuota">See <see cref="PollQuota"/>.</param>
/// <param name="CostQuota">See <see cref="CostQuota"/>.</param>
/// <param name="Priority">See <see cref="Priority"/>.</param>
public readonly record struct Budget(
    DateTimeOffset? Deadline = null,
    int? PollQuota = null,
    long? CostQuota = null,
    byte Priority = 0)
{
    /// <summary>No limits and the lowest priority: the identity of <see cref="Tighten"/>.</summary>
    public static Budget Infinite => default;

    /// <summary>The instant at which the work has run out of time.</summary>
    /// <value>On the runtime's clock. Default: null, never.</value>
    public DateTimeOffset? Deadline { get; init; } = Deadline;

    /// <summary>
    /// How many checkpoints may be passed, masked or not: from the task's start on, and anew from the moment in which it acknowledges a cancellation.
    /// </summary>
    /// <value>A count; 0 is used up already. Default: null, any number.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? PollQuota { get; init => field = Checked(value); } = Checked(PollQuota);

    /// <summary>How much cost may be charged.</summary>
    /// <value>In the program's own unit; with 0 the first that is charged is too much. Default: null, any amount.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long? CostQuota { get; init => field = Checked(value); } = Checked(CostQuota);

    /// <summary>How urgent the work is; more is more urgent.</summary>
    /// <value>0 to 255. Default: 0.</value>
    public byte Priority { get; init; } = Priority;

    /// <summary>
    /// What running work may use to clean up once it has acknowledged a cancellation of this kind. The more severe the kind, the fewer
    /// checkpoints and the higher the priority.
    /// </summary>
    /// <remarks>
    /// Checkpoints and priority by severity 0 to 5: 1000/200, 500/210, 300/215, 200/220, 200/220, 50/255. No deadline, no cost quota.
    /// Tightening one with another gives the budget of the stronger kind.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a defined kind.</exception>
    public static Budget Cleanup(CancellationKind kind) => kind.Severity() switch
    {
        0 => new(PollQuota: 1000, Priority: 200),
        1 => new(PollQuota: 500, Priority: 210),
        2 => new(PollQuota: 300, Priority: 215),
        3 or 4 => new(PollQuota: 200, Priority: 220),
        _ => new(PollQuota: 50, Priority: 255),
    };

    /// <summary>
    /// The budget that satisfies both: the earlier deadline, the smaller quotas, the higher priority. Commutative, associative, idempotent.
    /// </summary>
    public Budget Tighten(Budget other) => new(
        Smaller(Deadline, other.Deadline),
        Smaller(PollQuota, other.PollQuota),
        Smaller(CostQuota, other.CostQuota),
        Math.Max(Priority, other.Priority));

    // Null is "no limit", the largest value of all; the comparison operators of nullable values would make it incomparable.
    private static T? Smaller<T>(T? a, T? b)
        where T : struct, IComparable<T> =>
        a is not { } x ? b : b is not { } y || x.CompareTo(y) <= 0 ? a : b;

    private static int? Checked(int? quota) =>
        quota is not < 0 ? quota : throw new ArgumentOutOfRangeException(nameof(PollQuota), quota, "A quota is never negative.");

    private static long? Checked(long? quota) =>
        quota is not < 0 ? quota : throw new ArgumentOutOfRangeException(nameof(CostQuota), quota, "A quota is never negative.");
}
