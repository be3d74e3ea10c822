namespace Lab.Core.Scheduling;

/// <summary>What became of a task that a step is about to wait for, and of that step; see <see cref="IDispatch.RunJoined"/>.</summary>
internal enum JoinedStep
{
    /// <summary>It was not run in the middle of the joiner's step.</summary>
    NotRun,

    /// <summary>Its first step was, and did not end it.</summary>
    Begun,

    /// <summary>Its first step was, and has ended it; the joiner goes on, as its next step would.</summary>
    Ended,

    /// <summary>Its first step was, and has ended it; another one's step is due before the joiner's next, so that must suspend.</summary>
    EndedOutOfTurn,
}
