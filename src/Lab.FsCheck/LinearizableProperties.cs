using FsCheck;
using FsCheck.Fluent;
using Lab.Linearizability;

namespace Lab.Generators;

/// <summary>
/// A specification as a property of FsCheck: calls and schedules are drawn, and a failure shrinks to few calls and few switches.
/// <code>
/// [FsCheck.NUnit.Property]
/// public Property My_queue() => Linearizable.Of(() => new MyQueue(), Sequence&lt;int&gt;.Empty) ... .ToProperty();
/// </code>
/// </summary>
public static class LinearizableProperties
{
    /// <summary>Every drawn case is linearizable. The counterexample's exception is the whole report of the smallest execution that was found.</summary>
    /// <param name="specification">The object's commands and model.</param>
    /// <param name="size">Calls of a task at most. Default: 3.</param>
    public static Property ToProperty<TObject, TState>(this Specification<TObject, TState> specification, int size = 3) =>
        Scheduled.ForAll(Calls(specification, size), (calls, cx) => specification.CheckAsync(cx, calls));

    /// <summary>Calls drawn from the specification with a schedule for them; <see cref="Scheduled.Cases{T}"/> says how they shrink.</summary>
    /// <inheritdoc cref="ToProperty{TObject, TState}(Specification{TObject, TState}, int)"/>
    public static Arbitrary<Scheduled<ConcurrentCalls>> Cases<TObject, TState>(this Specification<TObject, TState> specification, int size = 3) =>
        Scheduled.Cases(Calls(specification, size), (calls, cx) => specification.CheckAsync(cx, calls));

    private static Arbitrary<ConcurrentCalls> Calls<TObject, TState>(Specification<TObject, TState> specification, int size)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return Arb.From(LabArbitraries.Seeds().Generator.Select(seed => specification.Draw(seed, size)), static calls => calls.Shrink());
    }
}
