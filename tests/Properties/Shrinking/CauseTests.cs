using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Traces;
using NUnit.Framework;

namespace Lab.Properties.Shrinking;

/// <summary>Why an execution failed: the orders that are otherwise in the nearest execution that passes, and no others.</summary>
[TestFixture]
public sealed class CauseTests
{
    private static readonly ShrinkOptions s_untimed = new() { Time = null };

    [Test]
    public void A_lost_update_is_a_read_before_a_write() => Assert.That(
        Orders(ShrinkPrograms.LostUpdate(0)),
        Is.EqualTo(new[] { "0.2 SharedRead shared@0#1 before 0.1 SharedWritten shared@0#1" }));

    [Test]
    public void Noise_is_no_part_of_it() => Assert.That(Orders(ShrinkPrograms.LostUpdate(12)), Is.EqualTo(Orders(ShrinkPrograms.LostUpdate(0))));

    [Test]
    public void A_deadlock_is_a_lock_before_a_lock() => Assert.That(
        Orders(ShrinkPrograms.TwoLocks),
        Is.EqualTo(new[] { "0.2 MutexLocked mutex@0#2 before 0.1 MutexLocked mutex@0#2" }));

    [Test]
    public void A_wrong_order_is_that_order() => Assert.That(
        Orders(ShrinkPrograms.WrongOrder),
        Is.EqualTo(new[] { "0.2 SharedRead shared@0#1 before 0.1 SharedWritten shared@0#1" }));

    [Test]
    public void The_passing_execution_passes_and_has_them_the_other_way_round()
    {
        var cause = Cause(ShrinkPrograms.Blink);
        Assert.That(cause!.Passing.Verdict.Kind, Is.EqualTo("passed"));
        Assert.That(cause.Reversed, Is.Not.Empty.And.All.Matches<ReversedOrder>(static order => order!.FirstInA.IsLike(order.SecondInB) && order.SecondInA.IsLike(order.FirstInB)));
    }

    [Test]
    public void What_always_fails_has_none()
    {
        Func<Cx, Task> program = async cx =>
        {
            await ShrinkPrograms.LostUpdate(1)(cx);
            ShrinkPrograms.Require(false);
        };
        Assert.That(Cause(program), Is.Null);
    }

    private static FailureCause? Cause(Func<Cx, Task> program) => LabRuntime.Shrink(ShrinkerTests.Failure(program, 5).Trace!, program, s_untimed).Cause;

    private static string[] Orders(Func<Cx, Task> program) => [.. Cause(program)!.Reversed.Select(static order => $"{Text(order.FirstInB)} before {Text(order.SecondInB)}")];

    private static string Text(TraceOperation operation) => $"{operation.Event.Task} {operation.Event.Kind} {operation.Event.Object}";
}
