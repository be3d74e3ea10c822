using System.Diagnostics.CodeAnalysis;

namespace Lab.Core.Scheduling;

/// <summary>
/// What a worker has stolen from another, and how long it was busy with it: the time until it had nothing left, with all that came from the stolen tasks. A
/// task counts if it was not stolen back meanwhile; one that goes on for many steps counts once. A few say nothing: they are put together with the next ones.
/// </summary>
internal struct Loot
{
    /// <summary>
    /// A stolen task should keep its thief busy for so many nanoseconds. To fetch one, and to bring its record back, takes each of the two workers about as
    /// long as the rest of a task that does nothing; they gain from sharing tasks whose bodies take some 100 ns, and then each takes about this.
    /// </summary>
    internal const long Worth = 220;

    /// <summary>Tasks that keep their thief busy for so long are worth it, wherever they were: to fetch what a short step needs takes less.</summary>
    internal const long Long = 2_000;

    /// <summary>So many tasks are enough for a verdict.</summary>
    internal const int Sample = 16;

    private Worker? _victim;
    private long _stolen;
    private long _steps;
    private long _busy;

    /// <summary>Since when, and with how many steps begun before, the thief is busy with it.</summary>
    private long _since;
    private long _stepsBefore;

    /// <summary>What was stolen last had been woken; else it was to begin.</summary>
    internal bool HaveBegun { get; private set; }

    /// <summary>How long each step has taken, when there was a verdict.</summary>
    internal long EachStep { get; private set; }

    /// <summary>The thief is busy with it.</summary>
    internal bool IsOpen { get; private set; }

    internal void Add(Worker victim, int count, bool haveBegun, long steps, long now)
    {
        if (!ReferenceEquals(victim, _victim))
        {
            this = default;
            _victim = victim;
        }

        if (!IsOpen)
        {
            IsOpen = true;
            _since = now;
            _stepsBefore = steps;
        }

        HaveBegun = haveBegun;
        _stolen += count;
    }

    /// <summary>Nothing is left. True: it was enough to say how long each task has taken.</summary>
    internal bool TryEnd(long steps, long now, [NotNullWhen(true)] out Worker? victim, out long each)
    {
        victim = null;
        each = 0;
        if (!IsOpen)
        {
            return false;
        }

        IsOpen = false;
        _steps += steps - _stepsBefore;
        _busy += now - _since;
        var tasks = Math.Min(_steps, _stolen);
        if (tasks < Sample)
        {
            return false;
        }

        victim = _victim!;
        each = _busy / tasks;
        EachStep = _busy / _steps;
        this = new Loot { HaveBegun = HaveBegun, EachStep = EachStep };
        return true;
    }
}
