using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>Semantics 2.5: cleanup budgets, and tightening as a meet.</summary>
[TestFixture]
internal sealed class Budgets
{
    [TestCase(CancellationKind.User, 1000, 200)]
    [TestCase(CancellationKind.Timeout, 500, 210)]
    [TestCase(CancellationKind.Deadline, 500, 210)]
    [TestCase(CancellationKind.PollQuota, 300, 215)]
    [TestCase(CancellationKind.CostBudget, 300, 215)]
    [TestCase(CancellationKind.FailFast, 200, 220)]
    [TestCase(CancellationKind.RaceLost, 200, 220)]
    [TestCase(CancellationKind.LinkedExit, 200, 220)]
    [TestCase(CancellationKind.ParentCancelled, 200, 220)]
    [TestCase(CancellationKind.ResourceUnavailable, 200, 220)]
    [TestCase(CancellationKind.Shutdown, 50, 255)]
    public void Each_kind_has_its_cleanup_budget(CancellationKind kind, int polls, byte priority) =>
        Assert.That(Budget.Cleanup(kind), Is.EqualTo(new Budget { PollQuota = polls, Priority = priority }));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed)]
    public bool A_stronger_reason_tightens_the_cleanup_budget_to_its_own(CancellationReason a, CancellationReason b) =>
        Budget.Cleanup(a.Kind).Tighten(Budget.Cleanup(b.Kind)) == Budget.Cleanup(CancellationReason.Strengthen(a, b).Kind);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed)]
    public bool Tightening_is_a_meet(Budget a, Budget b, Budget c) =>
        a.Tighten(b) == b.Tighten(a) && a.Tighten(b).Tighten(c) == a.Tighten(b.Tighten(c)) && a.Tighten(a) == a;

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed)]
    public bool Tightening_never_gives_anything_back(Budget a, Budget b)
    {
        var both = a.Tighten(b);
        return (both.Deadline ?? DateTimeOffset.MaxValue) <= (a.Deadline ?? DateTimeOffset.MaxValue)
            && (both.PollQuota ?? int.MaxValue) <= (a.PollQuota ?? int.MaxValue)
            && (both.CostQuota ?? long.MaxValue) <= (a.CostQuota ?? long.MaxValue)
            && (both.CostQuota is null) == (a.CostQuota is null && b.CostQuota is null)
            && both.Priority >= a.Priority;
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed)]
    public bool Infinite_changes_nothing(Budget a) => a.Tighten(Budget.Infinite) == a && Budget.Infinite.Tighten(a) == a;

    [Test]
    public void Infinite_has_no_limits_and_is_the_default()
    {
        Assert.That(Budget.Infinite, Is.EqualTo(default(Budget)));
        Assert.That(Budget.Infinite, Is.EqualTo(new Budget()));
        Assert.That(Budget.Infinite, Is.EqualTo(new Budget(Deadline: null, PollQuota: null, CostQuota: null, Priority: 0)));
    }

    [Test]
    public void A_negative_quota_is_refused()
    {
        Assert.That(() => new Budget { PollQuota = -1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Budget(CostQuota: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(new Budget(PollQuota: 0).PollQuota, Is.Zero);
    }
}
