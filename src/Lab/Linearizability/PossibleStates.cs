namespace Lab.Linearizability;

/// <summary>The states that a model may be in after calls one after the other, each part's apart.</summary>
internal sealed class PossibleStates<TObject, TState>(Specification<TObject, TState> specification)
{
    private readonly Dictionary<Key, HashSet<TState>> _states = [];
    private int _ticket = -1;

    /// <summary>In some state the call would block.</summary>
    internal bool MayBlock(Call call) => StatesOf(call).Any(state => Steps(call, state).IsBlocked);

    /// <summary>The call was made and gave this answer. An answer that no model gives is for the judge: nothing blocks any more.</summary>
    internal void Advance(Call call, Answer answer)
    {
        var next = new HashSet<TState>();
        foreach (var steps in StatesOf(call).Select(state => Steps(call, state)))
        {
            for (var i = 0; i < steps.Count; i++)
            {
                if (steps.AnswerOf(i) == answer)
                {
                    next.Add(steps.NextOf(i));
                }
            }
        }

        _states[KeyOf(call)] = next;
        _ticket--;
    }

    private Steps<TState> Steps(Call call, TState state)
    {
        // Tickets below zero are of calls that are over before the history's own begin.
        var command = specification.Commands[call.Command];
        var asked = command.Request is { } request ? request(state, _ticket, call.Argument) : state;
        return command.Complete!(asked, _ticket, call.Argument);
    }

    private HashSet<TState> StatesOf(Call call) => _states.TryGetValue(KeyOf(call), out var states) ? states : _states[KeyOf(call)] = [specification.Initial];

    private Key KeyOf(Call call) => new(specification.Partition?.Invoke(call));

    private readonly record struct Key(object? Value);
}
