using System.Diagnostics.CodeAnalysis;

namespace Lab.Linearizability;

/// <summary>
/// What a model allows in one state for one call: no step at all (the call would block here), one, or several (the model leaves it open). Made
/// by conversion in most models: from the next state alone, for a call without a result; from <c>(result, next)</c>; from
/// <see cref="Step.Blocked"/>.
/// </summary>
/// <typeparam name="TState">
/// The model's state: immutable, equal by contents (a record, a <see cref="Sequence{T}"/>, a number), neither an interface nor a tuple.
/// </typeparam>
public readonly struct Steps<TState>
{
    private readonly TState _next;
    private readonly Answer _answer;
    private readonly Steps<TState>[]? _several;
    private readonly int _count;

    internal Steps(Answer answer, TState next)
    {
        (_answer, _next, _count) = (answer, next, 1);
        _several = null;
    }

    internal Steps(Steps<TState>[] alternatives)
    {
        (_several, _count) = (alternatives, alternatives.Length);
        _next = default!;
        _answer = default;
    }

    /// <summary>The call would block here.</summary>
    public bool IsBlocked => _count == 0;

    internal int Count => _count;

    internal Answer AnswerOf(int index) => _several is null ? _answer : _several[index]._answer;

    internal TState NextOf(int index) => _several is null ? _next : _several[index]._next;

    /// <summary>The call returns without a result and leads to <paramref name="next"/>.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Step.Of is the named form.")]
    public static implicit operator Steps<TState>(TState next) => new(Answer.Done, next);

    /// <summary>The call returns the first and leads to the second.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Step.Of is the named form.")]
    public static implicit operator Steps<TState>((object? Result, TState Next) step) => new(Answer.Of(step.Result), step.Next);

    /// <summary>The call would block here.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Step.Blocked is the named form.")]
    public static implicit operator Steps<TState>(BlockedStep blocked) => default;
}

/// <summary>The type of <see cref="Step.Blocked"/>: converts to the steps of any model.</summary>
public readonly struct BlockedStep;

/// <summary>Names for what a model allows.</summary>
public static class Step
{
    /// <summary>The call would block in this state.</summary>
    public static BlockedStep Blocked => default;

    /// <summary>The call returns <paramref name="result"/> and leads to <paramref name="next"/>.</summary>
    public static Steps<TState> Of<TState>(object? result, TState next) => new(Answer.Of(result), next);

    /// <summary>The call returns without a result and leads to <paramref name="next"/>.</summary>
    public static Steps<TState> Done<TState>(TState next) => new(Answer.Done, next);

    /// <summary>The call throws <typeparamref name="TException"/> and leads to <paramref name="next"/>.</summary>
    public static Steps<TState> Throws<TException, TState>(TState next)
        where TException : Exception => new(Answer.Threw(typeof(TException)), next);

    /// <summary>The model leaves open which of these it is: a nondeterministic model. Blocked ones add nothing.</summary>
    public static Steps<TState> Any<TState>(params Steps<TState>[] alternatives)
    {
        ArgumentNullException.ThrowIfNull(alternatives);
        var all = new List<Steps<TState>>();
        foreach (var steps in alternatives)
        {
            for (var i = 0; i < steps.Count; i++)
            {
                all.Add(new Steps<TState>(steps.AnswerOf(i), steps.NextOf(i)));
            }
        }

        return new Steps<TState>([.. all]);
    }
}
