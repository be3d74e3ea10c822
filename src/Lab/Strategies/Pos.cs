using Lab.Causality;
using Lab.Core.Observing;

namespace Lab.Strategies;

/// <summary>
/// Partial order sampling (Yuan, Yang and Gu, "Partial order aware concurrency sampling", CAV 2018): every pending operation has a random priority and the
/// highest runs; then those that race with it get new ones, so that orders of dependent operations, not of all, are what is sampled.
/// </summary>
/// <remarks>
/// What races is what <see cref="Accesses"/> calls dependent: the same object, and not both reading. Operations that cannot proceed yet (a lock that is held)
/// race too. The clock is an operation of its own that races with delays. Deviation: a priority is drawn anew after <see cref="Lifetime"/> choices in which its
/// operation was passed over. Beside a loop that polls, the time until the lower of two priorities has its turn would have no mean at all.
/// </remarks>
internal sealed class Pos : Randomized
{
    internal const string Name = "pos";

    internal static readonly StrategyKind Kind = new(Name, Name, static _ => new Pos());

    private const int Lifetime = 512;

    private readonly Slots<Pending> _pending = new();
    private long _choice;

    public override string ToString() => Name;

    internal override int Choose(ChoicePoint point)
    {
        _choice++;
        if (point.Current is null)
        {
            // The clock moved: its next operation is another one.
            _pending.Clock.Priority = 0;
        }

        var best = 0;
        var highest = 0UL;
        for (var i = 0; i < point.TaskCount; i++)
        {
            var priority = PriorityOf(point[i]);
            if (priority > highest)
            {
                best = i;
                highest = priority;
            }
        }

        if (point.HasClock && Draw(ref _pending.Clock) > highest)
        {
            best = point.ClockIndex;
            _pending.Clock.Priority = 0;
        }

        Resample(point, best);
        return best;
    }

    private protected override void Begin(long index)
    {
        _pending.Clear();
        _choice = 0;
    }

    /// <summary>A step that was forced was not asked for; that the task has made one says that its operation is another one.</summary>
    private ulong PriorityOf(in Alternative alternative)
    {
        ref var pending = ref _pending[alternative.Shadow];
        if (pending.Step != alternative.Task.Polls)
        {
            pending.Step = alternative.Task.Polls;
            pending.Priority = 0;
        }

        return Draw(ref pending);
    }

    private ulong Draw(ref Pending pending)
    {
        if (pending.Priority == 0 || _choice - pending.Drawn >= Lifetime)
        {
            pending.Priority = Choices.Next() | 1;
            pending.Drawn = _choice;
        }

        return pending.Priority;
    }

    private void Resample(ChoicePoint point, int chosen)
    {
        for (var i = 0; i < point.TaskCount; i++)
        {
            if (i != chosen && Race(point, chosen, point[i]))
            {
                _pending[point[i].Shadow].Priority = 0;
            }
        }

        for (var i = 0; i < point.DisabledCount; i++)
        {
            if (Race(point, chosen, point.Disabled(i)))
            {
                _pending[point.Disabled(i).Shadow].Priority = 0;
            }
        }
    }

    private static bool Race(ChoicePoint point, int chosen, in Alternative other)
    {
        if (chosen == point.ClockIndex)
        {
            return other.Operation == OperationKind.Delay;
        }

        ref readonly var first = ref point[chosen];
        return first.Target != 0 && first.Target == other.Target
            && Accesses.AreDependent(Accesses.Of(first.Operation), Accesses.Of(other.Operation));
    }

    private struct Pending
    {
        /// <summary>0: not drawn yet.</summary>
        internal ulong Priority;

        /// <summary>The choice for which it was drawn.</summary>
        internal long Drawn;

        /// <summary>Steps that its task had made when it became pending.</summary>
        internal long Step;
    }
}
