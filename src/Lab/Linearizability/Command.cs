using Lab.Core.Tasks;

namespace Lab.Linearizability;

/// <summary>One kind of call: how it is made on the object, and what the model says of it.</summary>
internal sealed class Command<TObject, TState>
{
    internal required string Name { get; init; }

    /// <summary>The calls of this kind that are drawn from: one per argument.</summary>
    internal required IReadOnlyList<Call> Calls { get; init; }

    /// <summary>Makes the call; exceptions of the object come through.</summary>
    internal required Func<TObject, object?, Cx, ValueTask<Answer>> Invoke { get; init; }

    /// <summary>It runs in one step: other tasks come in before and after it only.</summary>
    internal required bool IsSynchronous { get; init; }

    /// <summary>The whole call, or its second phase; null until the model was given.</summary>
    internal Func<TState, int, object?, Steps<TState>>? Complete { get; set; }

    /// <summary>The first phase of a call that waits in line: it takes a ticket. Null for a call of one phase.</summary>
    internal Func<TState, int, object?, TState>? Request { get; set; }

    /// <summary>The second phase of a call that was cancelled: it leaves the line. Blocked where that cannot be.</summary>
    internal Func<TState, int, object?, Steps<TState>>? Cancel { get; set; }
}
