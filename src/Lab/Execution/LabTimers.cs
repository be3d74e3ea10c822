using Lab.Core.Time;

namespace Lab.Execution;

/// <summary>Virtual time: it moves only when the clock is chosen, never back, and stops at the maximum.</summary>
internal sealed class LabTimers : TimerDriver
{
    private long _now;

    internal override long Now => _now;

    internal void AdvanceTo(long due) => _now = Math.Max(_now, due);

    internal void Reset()
    {
        Queue.Clear();
        _now = 0;
    }
}
