using Lab.Causality;
using Lab.Core.Observing;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>Asks the strategy and keeps the answers. A decision with one possible answer is neither asked nor kept.</summary>
internal sealed class LabDecisions
{
    private RecordedDecision[] _taken = new RecordedDecision[256];

    private bool _isFrozen;

    internal int Count { get; private set; }

    /// <summary>Those that chose who proceeds.</summary>
    internal int Choices { get; private set; }

    internal Strategy Strategy { get; set; } = new NonPreemptive();

    internal ReadOnlySpan<RecordedDecision> Taken => _taken.AsSpan(0, Count);

    internal void Begin()
    {
        Count = 0;
        Choices = 0;
        _isFrozen = false;
    }

    /// <summary>The execution is over: what is asked from here on is answered by <paramref name="strategy"/> and not kept.</summary>
    internal void Freeze(Strategy strategy, Seed seed, long index)
    {
        strategy.Begin(seed, index);
        Strategy = strategy;
        _isFrozen = true;
    }

    /// <summary>Which alternative proceeds; at least one is enabled.</summary>
    internal int Choose(ChoicePoint point)
    {
        var count = point.Count;
        if (count == 1 && !Strategy.WantsEvents)
        {
            return 0;
        }

        point.DecisionIndex = Count;
        var index = Strategy.Choose(point);
        if ((uint)index >= (uint)count)
        {
            throw new InvalidOperationException($"[lab bug] strategy {Strategy} chose {index} of {count}");
        }

        if (count == 1)
        {
            return index;
        }

        Choices++;
        if (index == point.ClockIndex)
        {
            Keep(new RecordedDecision(count, OperationKind.Clock, EntityId.Clock.Hash, 0));
        }
        else
        {
            ref readonly var chosen = ref point[index];
            Keep(new RecordedDecision(count, chosen.Operation, chosen.Id, chosen.Target));
        }

        return index;
    }

    internal ulong Draw(ulong bound)
    {
        if (bound < 2)
        {
            return 0;
        }

        var value = Strategy.Draw(bound);
        Keep(new RecordedDecision((int)Math.Min(bound, int.MaxValue), OperationKind.Random, value, 0));
        return value;
    }

    /// <summary>Virtual workers: whom to steal from.</summary>
    internal int PickVictim(int count)
    {
        if (count < 2)
        {
            return 0;
        }

        var pick = Strategy.Pick(count, isVictim: true);
        Keep(new RecordedDecision(count, OperationKind.Victim, EntityId.Worker(pick).Hash, 0));
        return pick;
    }

    /// <summary>Virtual workers: which of the <paramref name="able"/> ones steps; their number stands for the clock. A worker is recorded as the place among the alternatives.</summary>
    internal int PickWorker(ReadOnlySpan<int> able, bool hasClock)
    {
        var count = able.Length + (hasClock ? 1 : 0);
        if (count < 2)
        {
            return 0;
        }

        var pick = Strategy.Pick(count, isVictim: false);
        Keep(pick == able.Length
            ? new RecordedDecision(count, OperationKind.Clock, EntityId.Clock.Hash, 0)
            : new RecordedDecision(count, OperationKind.Worker, EntityId.Worker(pick).Hash, 0));
        return pick;
    }

    private void Keep(in RecordedDecision decision)
    {
        if (_isFrozen)
        {
            return;
        }

        if (Count == _taken.Length)
        {
            Array.Resize(ref _taken, Count * 2);
        }

        _taken[Count++] = decision;
    }
}
