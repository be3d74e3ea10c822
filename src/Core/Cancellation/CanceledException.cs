namespace Lab.Core.Cancellation;

/// <summary>
/// Thrown where work notices that it was asked to stop. It is an <see cref="OperationCanceledException"/>, so an <c>async</c> method that
/// lets it pass ends as cancelled, and it carries the reason that was current when it was thrown.
/// </summary>
public sealed class CanceledException : OperationCanceledException
{
    /// <summary>Creates the exception; its message is the reason's text.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="token">The BCL token of the node that was cancelled, for callers that compare it. Default: none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="reason"/> is null.</exception>
    public CanceledException(CancellationReason reason, CancellationToken token = default)
        : this(reason, innerException: null, token)
    {
    }

    /// <summary>Creates the exception around another one that was seen while stopping.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="innerException">What was thrown at the place where the request was noticed.</param>
    /// <param name="token">The BCL token of the node that was cancelled. Default: none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="reason"/> is null.</exception>
    public CanceledException(CancellationReason reason, Exception? innerException, CancellationToken token = default)
        : base(reason?.ToString(), innerException, token)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Reason = reason;
    }

    /// <summary>Why the work was asked to stop; later strengthening does not change it.</summary>
    public CancellationReason Reason { get; }
}
