using System.Runtime.CompilerServices;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>Asks the strategy and keeps the answers. A decision with one possible answer is neither asked nor kept.</summary>
internal sealed class LabDecisions
{
    private Kept[] _taken = new Kept[256];

    private bool _isFrozen;
    private Strategy _strategy = new NonPreemptive();

    /// <summary>It is asked also where there is one alternative.</summary>
    private bool _wantsEvents;

    internal int Count { get; private set; }

    /// <summary>Those that chose who proceeds.</summary>
    internal int Choices { get; private set; }

    internal Strategy Strategy
    {
        get => _strategy;
        set
        {
            if (!ReferenceEquals(_strategy, value))
            {
                _strategy = value;
            }

            _wantsEvents = value.WantsEvents;
        }
    }

    /// <summary>Where decisions between tasks are taken; set once.</summary>
    internal ChoicePoint? Point { get; set; }

    /// <summary>A decision of the last execution; before the next begins.</summary>
    internal RecordedDecision this[int index]
    {
        get
        {
            ref readonly var kept = ref _taken.AsSpan(0, Count)[index];
            return kept.Operation switch
            {
                OperationKind.Random => new RecordedDecision(kept.Alternatives, kept.Operation, kept.Value, 0),
                OperationKind.Clock => new RecordedDecision(kept.Alternatives, kept.Operation, EntityId.Clock.Hash, 0),
                OperationKind.Worker or OperationKind.Victim =>
                    new RecordedDecision(kept.Alternatives, kept.Operation, EntityId.Worker(kept.Choice).Hash, 0),
                _ => new RecordedDecision(kept.Alternatives, kept.Operation, Point!.IdOf(kept.Choice), kept.Value),
            };
        }
    }

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

    /// <summary>Which of <paramref name="count"/> alternatives proceeds; at least one. What was chosen is kept by whoever takes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Choose(ChoicePoint point, int count)
    {
        if (count == 1 && !_wantsEvents)
        {
            return 0;
        }

        point.DecisionIndex = Count;
        var index = _strategy.Choose(point);
        if ((uint)index >= (uint)count)
        {
            ThrowChoice(index, count);
        }

        return index;
    }

    /// <summary>A task was chosen, whose entry has the number <paramref name="slot"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void KeepTask(int count, int slot, ref readonly Alternative chosen)
    {
        if (count > 1)
        {
            Choices++;
            Keep(count, chosen.Operation, slot, chosen.Target);
        }
    }

    /// <summary>The clock was chosen.</summary>
    internal void KeepClock(int count)
    {
        if (count > 1)
        {
            Choices++;
            Keep(count, OperationKind.Clock, 0, 0);
        }
    }

    internal ulong Draw(ulong bound)
    {
        if (bound < 2)
        {
            return 0;
        }

        var value = Strategy.Draw(bound);
        Keep((int)Math.Min(bound, int.MaxValue), OperationKind.Random, 0, value);
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
        Keep(count, OperationKind.Victim, pick, 0);
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
        Keep(count, pick == able.Length ? OperationKind.Clock : OperationKind.Worker, pick, 0);
        return pick;
    }

    // Apart: making the text would cost every choice.
    private void ThrowChoice(int index, int count) =>
        throw new InvalidOperationException($"[lab bug] strategy {Strategy} chose {index} of {count}");

    private void Keep(int alternatives, OperationKind operation, int choice, ulong value)
    {
        if (_isFrozen)
        {
            return;
        }

        var taken = _taken;
        var count = Count;
        if ((uint)count >= (uint)taken.Length)
        {
            taken = GrowSlow();
        }

        Count = count + 1;
        ref var kept = ref taken[count];
        kept.Value = value;
        kept.Alternatives = alternatives;
        kept.What = ((uint)operation << Kept.ChoiceBits) | (uint)choice;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Kept[] GrowSlow()
    {
        Array.Resize(ref _taken, _taken.Length * 2);
        return _taken;
    }

    /// <summary>A decision in 16 bytes: a long execution writes them without end, and they leave the caches to the program.</summary>
    private struct Kept
    {
        /// <summary>A choice is the number of a task's entry in the <see cref="ChoicePoint"/>, or a worker; operations have the other eight bits.</summary>
        internal const int ChoiceBits = 24;

        /// <summary>The id of what the operation is on, or the number that was drawn.</summary>
        internal ulong Value;
        internal int Alternatives;
        internal uint What;

        internal readonly OperationKind Operation => (OperationKind)(What >> ChoiceBits);

        internal readonly int Choice => (int)(What & ((1u << ChoiceBits) - 1));
    }
}
