using System.Text;

namespace Lab.Properties.Scheduling;

/// <summary>
/// The protocol of kept tasks (RuntimeTask.Kept.cs) as a machine: one task, the worker that keeps it, and three others. Every transition is one access to
/// one shared word, the worker's plain stores wait in a buffer before others see them, as on x64, and every order of all of that is walked through.
/// <see cref="KeptKeeper"/> is the worker's half, <see cref="KeptOther"/> everybody else's.
/// </summary>
internal sealed class KeptModel(KeptFlaw flaw)
{
    /// <summary>Every state that was reached, and from which.</summary>
    private readonly Dictionary<KeptState, KeptState> _seen = [];
    private readonly Queue<KeptState> _open = new();

    internal int States => _seen.Count;

    /// <summary>What is wrong with the first bad state that was found, and how it came about; null: nothing is, in any.</summary>
    internal string? Explore(KeptState start)
    {
        Add(in start, in start);
        while (_open.TryDequeue(out var state))
        {
            if (TakeAll(in state) is { } error)
            {
                return $"{error}\n{HowItCame(state)}";
            }
        }

        return null;
    }

    private string? TakeAll(in KeptState state)
    {
        var next = new KeptMoves();
        KeptKeeper.Move(in state, flaw, next);
        for (var other = 0; other < 3; other++)
        {
            KeptOther.Move(in state, other, flaw, next);
        }

        foreach (var other in next.States)
        {
            Add(in other, in state);
        }

        return next.Error
            ?? (state.IsPromotionLost ? "asked to cancel, and not in the lane for that"
                : next.States.Count > 0 ? null
                : state.IsSomebodyStuck ? "somebody waits for ever"
                : state.Inbox != 0 && !state.IsRetired ? "a wake is lost"
                : null);
    }

    private void Add(in KeptState state, in KeptState before)
    {
        if (_seen.TryAdd(state, before))
        {
            _open.Enqueue(state);
        }
    }

    private string HowItCame(KeptState last)
    {
        var text = new StringBuilder();
        for (var state = last; _seen[state] != state; state = _seen[state])
        {
            text.Insert(0, $"  {state}\n");
        }

        return text.ToString();
    }
}
