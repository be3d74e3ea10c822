namespace Lab.Core.Scheduling;

/// <summary>In place of a continuation that must not run: it faults the task that is in the record now.</summary>
internal sealed class BrokenPromise : InboxItem
{
    internal override void Run() => throw new InvalidOperationException(
        "A task that was spawned with AwaitsCoreOnly (this one, or an earlier one in the same record) awaited something that is not Core's: its "
        + "continuation came from outside and was not run. Spawn that task without the option.");
}
