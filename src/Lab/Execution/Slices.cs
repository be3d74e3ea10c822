using System.Runtime.CompilerServices;
using Lab.Core.Tasks;

namespace Lab.Execution;

/// <summary>
/// Lets lab work run on a thread that must be given back soon: the work awaits this object wherever it can pause, and goes on in the next slice if the
/// present one is over. One piece of work, and one slice at a time.
/// </summary>
internal sealed class Slices(TimeProvider clock) : ICriticalNotifyCompletion
{
    private Action? _rest;
    private long _start;
    private long _budget;
    private bool _hasTurn;
    private bool _hasLooked;

    /// <summary>The slice is over. Looks at the clock; not at the first time, so that every slice gets something done.</summary>
    internal bool IsOver
    {
        get
        {
            var isFirst = !_hasLooked;
            _hasLooked = true;
            return !_hasTurn || (!isFirst && clock.GetElapsedTime(_start).Ticks >= _budget);
        }
    }

    /// <summary>Real time, for what must be waited for outside of the lab.</summary>
    internal TimeSpan Since(long timestamp) => clock.GetElapsedTime(timestamp);

    internal long Now => clock.GetTimestamp();

    /// <summary>Runs <paramref name="work"/>, or what is left of the work that paused, until this slice is over.</summary>
    internal void Run(TimeSpan budget, Action work)
    {
        (_start, _budget, _hasTurn, _hasLooked) = (clock.GetTimestamp(), Duration.TicksOf(budget), true, false);
        var rest = _rest ?? work;
        _rest = null;

        // Whoever awaits work that pauses must go on inside of a slice: in the caller's context it would be posted elsewhere.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            rest();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
            _hasTurn = false;
        }
    }

    /// <summary>Nothing can be done before something comes from outside: the slice ends early.</summary>
    internal void GiveBack() => _budget = 0;

    internal Slices GetAwaiter() => this;

    /// <summary>For the compiler: false pauses.</summary>
    internal bool IsCompleted => !IsOver;

    /// <summary>For the compiler.</summary>
    internal void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => _rest = continuation;

    public void UnsafeOnCompleted(Action continuation) => _rest = continuation;
}
