using Lab.Core.Scheduling;

namespace Lab.Properties.Scheduling;

/// <summary>A task whose every step is a call of a plain method; it needs no scope and no context.</summary>
internal sealed class ScriptedTask(Scheduler scheduler, string name, Action<ScriptedTask>? step = null) : RuntimeTask(scheduler)
{
    private bool _isDone;

    internal string Name => name;

    /// <summary>What left a step, if anything did.</summary>
    internal Exception? Error { get; private set; }

    internal bool IsCompleted { get; private set; }

    internal override bool IsBodyDone => _isDone;

    /// <summary>The step that calls it is the last one.</summary>
    internal void Finish() => _isDone = true;

    /// <summary>Wakes the task with something to run, as a completed wait does.</summary>
    internal void Resume() => Post(new Step(this));

    internal override Exception AcknowledgeCancellation() => new OperationCanceledException();

    internal override void Escaped(Exception error)
    {
        Error = error;
        _isDone = true;
    }

    internal override void Complete() => IsCompleted = true;

    public override string ToString() => name;

    protected override void StartBody() => RunStep();

    private void RunStep()
    {
        if (step is null)
        {
            Finish();
        }
        else
        {
            step(this);
        }
    }

    private sealed class Step(ScriptedTask task) : InboxItem
    {
        internal override void Run() => task.RunStep();
    }
}
