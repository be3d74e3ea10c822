using Lab.Causality;
using NUnit.Framework;

namespace Lab.Properties.Causality;

public sealed class VectorClockTests
{
    [Test]
    public void A_tick_returns_the_ordinal_of_the_access()
    {
        var clock = new VectorClock();
        Assert.That(new[] { clock.Tick(2), clock.Tick(2), clock.Tick(0) }, Is.EqualTo(new[] { 1, 2, 1 }));
        Assert.That(clock.ToString(), Is.EqualTo("[1 0 2]"));
        Assert.That(clock[17], Is.Zero);
    }

    [Test]
    public void A_copy_does_not_follow_its_original()
    {
        var clock = new VectorClock();
        clock.Tick(0);
        var copy = new VectorClock(clock);
        clock.Tick(0);
        Assert.That((copy[0], clock[0]), Is.EqualTo((1, 2)));
    }

    [FsCheck.NUnit.Property]
    public bool A_join_is_the_least_upper_bound(int[] a, int[] b, int[] c)
    {
        var (left, right, above) = (Of(a), Of(b), Of(c));
        var join = new VectorClock(left);
        join.Join(right);
        var isLeast = !left.LessOrEqual(above) || !right.LessOrEqual(above) || join.LessOrEqual(above);
        return left.LessOrEqual(join) && right.LessOrEqual(join) && isLeast;
    }

    [FsCheck.NUnit.Property]
    public bool Any_two_clocks_are_ordered_or_concurrent(int[] a, int[] b)
    {
        var (left, right) = (Of(a), Of(b));
        return left.Concurrent(right) == right.Concurrent(left)
            && (left.LessOrEqual(right) || right.LessOrEqual(left)) != left.Concurrent(right)
            && left.LessOrEqual(left);
    }

    [FsCheck.NUnit.Property]
    public bool Trailing_zeros_make_no_difference(int[] a)
    {
        var longer = Of(a);
        longer.Join(Of([.. Enumerable.Repeat(0, 20)]));
        return longer.LessOrEqual(Of(a)) && Of(a).LessOrEqual(longer);
    }

    // Every number counts modulo 4, so that equal and comparable clocks come up.
    private static VectorClock Of(int[] counts)
    {
        var clock = new VectorClock();
        for (var task = 0; task < counts.Length; task++)
        {
            for (var i = counts[task] & 3; i > 0; i--)
            {
                clock.Tick(task);
            }
        }

        return clock;
    }
}
