using NUnit.Framework;

namespace Lab.Properties.Scheduling;

/// <summary>The protocol of kept tasks holds in every order; and no part of it can be left out.</summary>
[TestFixture]
internal sealed class KeptModelTests
{
    private static readonly KeptDeed[] s_deeds = [KeptDeed.Wakes, KeptDeed.Promotes, KeptDeed.Steals, KeptDeed.Retires];

    private static IEnumerable<object[]> Pairs =>
        from one in s_deeds
        from two in s_deeds
        where one <= two
        select new object[] { one, two };

    private static IEnumerable<KeptFlaw> Flaws => Enum.GetValues<KeptFlaw>().Where(static flaw => flaw != KeptFlaw.None);

    [TestCaseSource(nameof(s_deeds))]
    public void Whatever_another_does_with_a_kept_task_it_runs_once_for_each_wake_and_nowhere_twice(KeptDeed deed)
    {
        // Three wakes at most, one displacement from the slot, and the task is kept twice.
        var model = new KeptModel(KeptFlaw.None);
        Assert.That(model.Explore(KeptState.Begin(posts: 2, displacements: 1, keeps: 1, deed, KeptDeed.None)), Is.Null);
        Assert.That(model.States, Is.GreaterThan(10_000), "not for want of orders");
    }

    [TestCaseSource(nameof(s_deeds))]
    public void Once_it_has_ended_while_it_was_kept_it_runs_no_more(KeptDeed deed) =>
        Assert.That(new KeptModel(KeptFlaw.None).Explore(KeptState.Begin(posts: 2, displacements: 1, keeps: 0, deed, KeptDeed.None) with { Ends = true }), Is.Null);

    [TestCaseSource(nameof(Pairs))]
    public void Nor_do_two_others(KeptDeed one, KeptDeed two) =>
        Assert.That(new KeptModel(KeptFlaw.None).Explore(KeptState.Begin(posts: 1, displacements: 0, keeps: 0, one, two)), Is.Null);

    [TestCaseSource(nameof(Flaws))]
    public void Nothing_of_it_can_be_left_out(KeptFlaw flaw)
    {
        var starts = s_deeds.Select(static deed => KeptState.Begin(2, 1, 0, deed, KeptDeed.None))
            .Concat(Pairs.Select(static pair => KeptState.Begin(1, 0, 0, (KeptDeed)pair[0], (KeptDeed)pair[1])));
        Assert.That(starts.Any(start => new KeptModel(flaw).Explore(start) is not null));
    }
}
