using Lab.Core.Observing;
using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Execution;

// An execution on a thread that must be given back soon: between any two steps it can pause, and then leaves no trace on the thread.
internal sealed partial class LabEngine
{
    // When the execution was found to wait for something outside of the lab; 0: it does not.
    private long _waitsSince;

    // The context of the last step: an event between two steps is told as that task's.
    private SynchronizationContext? _stepContext;

    private async ValueTask<LabResult> RunInSlices(Slices slices, Func<Cx, Task> program, Strategy strategy, Seed seed, long index, bool recording)
    {
        await slices;
        Begin(strategy, seed, index, recording);
        Verdict? verdict;
        try
        {
            StartProgram(program);
            while ((verdict = Proceed()) is null)
            {
                Suspend();
                await slices;
                Resume();
            }
        }
        catch
        {
            End();
            throw;
        }

        var result = Finish(verdict, strategy, seed, index);
        _foreign.Leave();
        return result;
    }

    /// <summary>The loop stops before this step: for good, with a verdict, or because the slice is over.</summary>
    private bool EndsHere(out Verdict? limit)
    {
        limit = _recorder.Step >= _options.StepLimit ? Verdicts.StepLimit(_options.StepLimit, _recorder) : null;
        _isPaused = limit is null && Slices!.IsOver;
        return limit is not null || _isPaused;
    }

    /// <summary>
    /// Nothing can run, but a task awaits what is not the lab's, and may be woken from outside yet. On a thread of its own the lab waits for that; here it
    /// gives the thread back, because what is waited for may need it.
    /// </summary>
    private bool MustWaitOutside(Slices slices)
    {
        if (_foreign.Any || !_quiescence.AwaitsOutside)
        {
            return false;
        }

        if (_waitsSince == 0)
        {
            _waitsSince = Math.Max(slices.Now, 1);
        }

        if (slices.Since(_waitsSince).Ticks >= Duration.TicksOf(_options.ForeignWait))
        {
            return false;
        }

        slices.GiveBack();
        return true;
    }

    private void Suspend()
    {
        _stepContext = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_before);
        Instrumentation.Current = null;
        Instrumentation.Gates = null;
        _foreign.Leave();
    }

    private void Resume()
    {
        _before = SynchronizationContext.Current;
        _isPaused = false;
        _foreign.ComeHome();
        _oracles.Gates.Thread = Environment.CurrentManagedThreadId;
        Instrumentation.Current = _recorder;
        Instrumentation.Gates = _oracles.Gates;
        SynchronizationContext.SetSynchronizationContext(_stepContext);
    }
}
