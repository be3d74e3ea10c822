using Lab.Oracles;

namespace Lab.Linearizability;

/// <summary>No order of the calls explains what they answered. The message shows the history; the inner exception is the first that a call threw.</summary>
public sealed class NotLinearizableException(Judgement judgement, Exception? innerException = null)
    : VerdictException(VerdictKind.NotLinearizable, judgement?.Text ?? "", innerException)
{
    /// <summary>What is known about the history.</summary>
    public Judgement Judgement { get; } = judgement!;
}

/// <summary>The budget ran out before it was known whether an order explains the history.</summary>
public sealed class InconclusiveException(Judgement judgement) : VerdictException(VerdictKind.Inconclusive, judgement?.Text ?? "", null)
{
    /// <summary>What is known about the history.</summary>
    public Judgement Judgement { get; } = judgement!;
}
