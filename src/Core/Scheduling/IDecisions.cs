namespace Lab.Core.Scheduling;

/// <summary>Answers what the real world would answer by chance. Natively a worker's own generator; in the lab the strategy, recorded.</summary>
internal interface IDecisions
{
    /// <summary>A number in [0, <paramref name="bound"/>) for <c>cx.Random</c>.</summary>
    ulong Draw(ulong bound);

    /// <summary>Which of <paramref name="count"/> workers to look at for work to steal.</summary>
    int Victim(int count);

    /// <summary>Whether what is in that worker's queue would wait there so long that it should be taken. In the lab always: there time does not pass.</summary>
    bool IsWorthStealing(Worker victim) => true;

    /// <summary>So many tasks of that worker were taken; that had been woken, or were to begin.</summary>
    void HasStolen(Worker victim, int count, bool haveBegun)
    {
    }
}
