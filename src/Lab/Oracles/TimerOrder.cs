using Lab.Causality;

namespace Lab.Oracles;

/// <summary>
/// Timers fire in (due, order of setting), exactly at their due time or at once when that is past, once per setting, and never after they were
/// cancelled. Counter0: due; Counter1: sequence; Counter2: 1 while set; Counter3: when it was set.
/// </summary>
internal sealed class TimerOrder(Breach breach) : LiveOracle("timer-order", breach)
{
    private long _lastDue;
    private long _lastSequence;

    // The youngest setting, and which one that was when a timer last fired: only an older one can have been overtaken.
    private long _youngest;
    private long _youngestAtFiring;

    internal void Begin()
    {
        _lastDue = _lastSequence = 0;
        _youngest = _youngestAtFiring = 0;
    }

    internal void Set(ObjectShadow timer, long due, long sequence, long now)
    {
        timer.Counter0 = due;
        timer.Counter1 = sequence;
        timer.Counter2 = due == long.MaxValue ? 0 : 1;
        timer.Counter3 = now;
        if (sequence <= _youngest)
        {
            Break($"{timer} was set with sequence {sequence} after {_youngest}");
        }

        _youngest = sequence;
    }

    internal void Canceled(ObjectShadow timer) => timer.Counter2 = 0;

    internal void Fired(ObjectShadow timer, long due, long sequence, long now)
    {
        Judged++;
        if (timer.Counter2 == 0 || timer.Counter0 != due || timer.Counter1 != sequence)
        {
            Break($"{timer} fired for a setting that had fired before, was changed or was cancelled");
        }
        else if (now < due)
        {
            Break($"{timer} fired at {Time(now)}, before it was due at {Time(due)}");
        }
        else if (now > Math.Max(due, timer.Counter3))
        {
            Break($"{timer} was due at {Time(due)} and saw {Time(now)} as now");
        }
        else if ((due < _lastDue || (due == _lastDue && sequence < _lastSequence)) && sequence <= _youngestAtFiring)
        {
            Break($"{timer} (due {Time(due)}, setting {sequence}) fired after a timer due {Time(_lastDue)}, setting {_lastSequence}");
        }

        timer.Counter2 = 0;
        _lastDue = due;
        _lastSequence = sequence;
        _youngestAtFiring = _youngest;
    }

    private static TimeSpan Time(long ticks) => new(ticks);
}
