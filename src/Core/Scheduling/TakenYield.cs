using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

/// <summary>Lab: an announced yield that took effect because its task went on to something else, in another branch of its body.</summary>
internal sealed class TakenYield : InboxItem
{
    private readonly RuntimeTask _task;
    private readonly Action _continuation;
    private readonly bool _isCanceled;

    internal TakenYield(RuntimeTask task, Action continuation, bool isCanceled)
    {
        _task = task;
        _continuation = continuation;
        _isCanceled = isCanceled;
        Operation = OperationKind.Yield;
    }

    internal override bool IsCanceled => _isCanceled;

    internal override void Run() => _task.RunTakenYield(_continuation, _isCanceled);
}
