using Lab.Classics;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Classics;

/// <summary>
/// All interleavings of the counted programs, and how many fail, when all tasks live at the start. A scheduling point lies before each operation; a lock
/// that is held is no alternative; a failed assertion ends the execution.
/// </summary>
[TestFixture]
internal sealed class GoldenCountTests
{
    // Three critical sections, nothing else: 3! orders; the check is last in two of them.
    [Test]
    public void Account_has_6_of_which_2_fail() => Count(CountedPrograms.Account, 6, 2);

    // Again 3! orders; the assertion is last in two.
    [Test]
    public void Lazy_has_6_of_which_2_fail() => Count(CountedPrograms.Lazy, 6, 2);

    // Whoever locks first is met by the other one's lock: a deadlock. Or it locks both, and the other one comes in before or after its last unlock. Twice 3.
    [Test]
    public void Deadlock_has_6_of_which_2_fail() => Count(CountedPrograms.Deadlock, 6, 2);

    // 4! orders of four critical sections. In 6 the check is last; the token is the same everywhere in the two of them that begin with the first node.
    [Test]
    public void The_token_ring_has_24_of_which_4_fail() => Count(CountedPrograms.TokenRing, 24, 4);

    // The reader's first section comes first: it sees nothing and leaves (1). Else the writer's first section does, and then either the reader's second
    // section is before the writer's: 1, which fails; or after: its first two operations lie anyhow among the writer's last three, C(5, 2) = 10.
    [Test]
    public void Two_stage_has_12_of_which_1_fails() => Count(CountedPrograms.TwoStage(1, 1), 12, 1);

    // No lock is shared: 6 operations against 4 give C(10, 4) = 210. 165 of them pass; in the other 45 somebody writes between the right side's own write
    // and its look, which ends the execution: they are 34 different beginnings.
    [Test]
    public void Wrong_lock_has_199_of_which_34_fail() => Count(CountedPrograms.WrongLock(1, 1), 199, 34);

    [Test]
    public void Reorder_with_two_setters_has_162_of_which_8_fail() => Count(CountedPrograms.Reorder(2, 1), 162, 8);

    [Test]
    public void Reorder_with_three_setters_has_6573_of_which_57_fail() => Count(CountedPrograms.Reorder(3, 1), 6573, 57);

    // Four operations and both are stuck, in 2 ways, or twelve and both are through, in 2 ways (whoever has the second lock is undisturbed until it gives
    // it back). Two tasks of one operation each can be anywhere: 2 * 5 * 6 = 60 and 2 * 13 * 14 = 364.
    [Test]
    public void Carter_has_424_of_which_60_deadlock() => Count(CountedPrograms.Carter, 424, 60);

    [Test]
    public void Driver_stop_has_177_of_which_10_fail() => Count(CountedPrograms.DriverStop, 177, 10);

    // n critical sections each in two tasks: C(2n, n) orders of which task comes next.
    [Test]
    public void Two_tasks_that_take_a_lock_in_turn_have_the_binomial_count() => Count(CountedPrograms.Control(2, 5), 252, 0);

    // 12! / (4!)^3 orders of three times four.
    [Test]
    public void Three_tasks_that_take_a_lock_in_turn_have_the_multinomial_count() => Count(CountedPrograms.Control(3, 3), 1680, 0);

    private static void Count(Classic classic, long all, long failing) =>
        Assert.That(InterleavingCounts.Of(classic, new DepthFirst()), Is.EqualTo((all, failing)));
}
