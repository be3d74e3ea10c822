using FsCheck;
using FsCheck.Fluent;
using Lab.Exploration;
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
    public static Property ToProperty<TObject, TState>(this Specification<TObject, TState> specification, int size = 3) => Prop.ForAll(
        specification.Cases(size), drawn => { LabRuntime.Run(drawn.Schedule, cx => specification.CheckAsync(cx, drawn.Calls)); });

    /// <summary>
    /// Calls drawn from the specification with a schedule for them. Shrinks both together: where fewer calls pass under the schedule, others are tried
    /// for a while, so that a smaller failure is not missed because the schedule meant something else with those calls. For that the program is run.
    /// </summary>
    /// <inheritdoc cref="ToProperty{TObject, TState}(Specification{TObject, TState}, int)"/>
    public static Arbitrary<ConcurrentCase> Cases<TObject, TState>(this Specification<TObject, TState> specification, int size = 3)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var generator =
            from seed in LabArbitraries.Seeds().Generator
            from schedule in LabArbitraries.Schedules().Generator
            select new ConcurrentCase(specification.Draw(seed, size), schedule);
        return Arb.From(generator, drawn => CaseShrinker.Shrink(drawn, calls => cx => specification.CheckAsync(cx, calls)));
    }
}
