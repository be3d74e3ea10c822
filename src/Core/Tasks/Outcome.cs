using System.Runtime.ExceptionServices;
using Lab.Core.Cancellation;

namespace Lab.Core.Tasks;

/// <summary>How a task or a scope ended: Ok &lt; Canceled &lt; Faulted.</summary>
public readonly record struct Outcome
{
    private Outcome(OutcomeKind kind, CancellationReason? reason, Exception? error)
    {
        Kind = kind;
        Reason = reason;
        Error = error;
    }

    /// <summary>It returned.</summary>
    public static Outcome Ok => default;

    /// <summary>Which of the three; it says whether <see cref="Reason"/> or <see cref="Error"/> is there.</summary>
    public OutcomeKind Kind { get; }

    /// <summary>Why it was canceled; null unless <see cref="Kind"/> is <see cref="OutcomeKind.Canceled"/>.</summary>
    public CancellationReason? Reason { get; }

    /// <summary>What left it; null unless <see cref="Kind"/> is <see cref="OutcomeKind.Faulted"/>.</summary>
    public Exception? Error { get; }

    /// <summary>It stopped because it was asked to, for <paramref name="reason"/>.</summary>
    public static Outcome Canceled(CancellationReason reason) => new(OutcomeKind.Canceled, reason, null);

    /// <summary><paramref name="error"/> left it.</summary>
    public static Outcome Faulted(Exception error) => new(OutcomeKind.Faulted, null, error);

    /// <summary>The worse of the two; the left one wins ties, except that of two cancellations the stronger reason counts.</summary>
    public static Outcome Worse(Outcome left, Outcome right)
    {
        if (left.Kind != right.Kind)
        {
            return left.Kind > right.Kind ? left : right;
        }

        return left.Kind == OutcomeKind.Canceled
            ? Canceled(CancellationReason.Strengthen(left.Reason!, right.Reason!))
            : left;
    }

    /// <summary>Returns for Ok; else throws the error with its original stack, or a <see cref="CanceledException"/> with the reason.</summary>
    /// <exception cref="CanceledException">The outcome is Canceled.</exception>
    public void ThrowIfNotOk()
    {
        switch (Kind)
        {
            case OutcomeKind.Faulted:
                ExceptionDispatchInfo.Throw(Error!);
                break;
            case OutcomeKind.Canceled:
                throw new CanceledException(Reason!);
        }
    }

    /// <summary>The kind, with the reason or the error's type and message.</summary>
    public override string ToString() => Kind switch
    {
        OutcomeKind.Ok => "Ok",
        OutcomeKind.Canceled => $"Canceled({Reason})",
        _ => $"Faulted({Error!.GetType().Name}: {Error.Message})",
    };
}
