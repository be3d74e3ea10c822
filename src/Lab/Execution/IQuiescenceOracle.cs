using Lab.Causality;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>
/// What a program that knows better than "nobody can run: a deadlock" gives the lab for the time it is at work. One at a time in an execution.
/// </summary>
internal interface IQuiescenceOracle
{
    /// <summary>The running task has begun to wait on a primitive of the core.</summary>
    void Parked(TaskShadow task);

    /// <summary>Nothing can run any more, and tasks are left. Null: it has no opinion.</summary>
    Verdict? Judge();
}
