using Lab.Core.Cancellation;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Execution;

// After a failure, when LabOptions.Unwind asks for it: everything is cancelled and runs on, so that finally blocks run.
internal sealed partial class LabEngine
{
    /// <summary>
    /// Not part of the execution any more: nothing is recorded, decided by the strategy or judged. Ends when nothing can run or at the step limit.
    /// What could not be unwound, if anything.
    /// </summary>
    private string? Unwind(Seed seed, long index)
    {
        _recorder.StopRecording();
        _decisions.Freeze(new NonPreemptive(), seed, index);
        SynchronizationContext.SetSynchronizationContext(_clock);
        _recorder.EnterClock();
        IsInStep = true;
        try
        {
            _root!.Cancel(new CancellationReason(CancellationKind.Shutdown, "", LabClock.At(_timers.Now), "the execution failed and is unwound"));
        }
        catch (AggregateException)
        {
            // Listeners of the program threw; everybody was told nevertheless, and the verdict is out.
        }

        var limit = _recorder.Step + _options.StepLimit;
        var isDone = false;
        while (!isDone && _recorder.Step < limit && !_isGivenUp)
        {
            isDone = !(_virtual is null ? StepExplored() : StepVirtual());
        }

        IsInStep = false;
        var left = _quiescence.Live();
        return left.Count == 0 ? null
            : $"{left.Count} tasks did not end when the execution was unwound: {string.Join(", ", left.Select(static task => TaskText.Of(Recorder.ShadowOf(task))))}";
    }
}
