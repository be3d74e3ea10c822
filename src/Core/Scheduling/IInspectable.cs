namespace Lab.Core.Scheduling;

/// <summary>What an observer may ask a primitive when nothing can run any more. Not synchronized: only for quiescent objects.</summary>
internal interface IInspectable
{
    /// <summary>Tasks parked on it.</summary>
    int Waiters { get; }

    /// <summary>A waiter is parked although what it waits for is there: a wake-up was lost.</summary>
    bool HasWaiterThatCouldProceed { get; }

    /// <summary>The state in one line, for example <c>2 of 4 slots taken, 1 sender waits</c>.</summary>
    string Describe();
}
