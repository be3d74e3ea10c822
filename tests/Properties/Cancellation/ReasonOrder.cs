using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>Semantics 2.1 and 2.2: severities, and Strengthen as the maximum of a total order.</summary>
[TestFixture]
internal sealed class ReasonOrder
{
    [TestCase(CancellationKind.User, 0)]
    [TestCase(CancellationKind.Timeout, 1)]
    [TestCase(CancellationKind.Deadline, 1)]
    [TestCase(CancellationKind.PollQuota, 2)]
    [TestCase(CancellationKind.CostBudget, 2)]
    [TestCase(CancellationKind.FailFast, 3)]
    [TestCase(CancellationKind.RaceLost, 3)]
    [TestCase(CancellationKind.LinkedExit, 3)]
    [TestCase(CancellationKind.ParentCancelled, 4)]
    [TestCase(CancellationKind.ResourceUnavailable, 4)]
    [TestCase(CancellationKind.Shutdown, 5)]
    public void Each_kind_has_its_severity(CancellationKind kind, int severity)
    {
        Assert.That(kind.Severity(), Is.EqualTo(severity));
        Assert.That(new CancellationReason(kind).Severity, Is.EqualTo(severity));
    }

    [Test]
    public void There_are_eleven_kinds_and_anything_else_is_refused()
    {
        Assert.That(Enum.GetValues<CancellationKind>(), Has.Length.EqualTo(11));
        Assert.That(() => ((CancellationKind)11).Severity(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new CancellationReason((CancellationKind)11), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed, MaxTest = 1000)]
    public bool Strengthening_is_commutative(CancellationReason a, CancellationReason b) =>
        CancellationReason.Strengthen(a, b).Equals(CancellationReason.Strengthen(b, a));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed, MaxTest = 1000)]
    public bool Strengthening_is_associative(CancellationReason a, CancellationReason b, CancellationReason c) =>
        CancellationReason.Strengthen(a, CancellationReason.Strengthen(b, c))
            .Equals(CancellationReason.Strengthen(CancellationReason.Strengthen(a, b), c));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed)]
    public bool Strengthening_is_idempotent(CancellationReason a) => ReferenceEquals(CancellationReason.Strengthen(a, a), a);

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed, MaxTest = 1000)]
    public bool The_result_is_one_of_the_two_and_never_weaker_than_either(CancellationReason a, CancellationReason b)
    {
        var joined = CancellationReason.Strengthen(a, b);
        return (ReferenceEquals(joined, a) || ReferenceEquals(joined, b)) && joined.Severity >= a.Severity && joined.Severity >= b.Severity;
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed, MaxTest = 1000)]
    public bool Two_different_reasons_never_tie(CancellationReason a, CancellationReason b)
    {
        // The order is total and agrees with equality: "a wins from both sides" and "b wins from both sides" are the only answers, and both
        // at once means equal, field by field.
        var aWins = ReferenceEquals(CancellationReason.Strengthen(b, a), a) || ReferenceEquals(a, b);
        var bWins = ReferenceEquals(CancellationReason.Strengthen(a, b), b) || ReferenceEquals(a, b);
        return SameFields(a, b) ? a.Equals(b) && a.GetHashCode() == b.GetHashCode() : !a.Equals(b) && aWins != bWins;
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed, MaxTest = 1000)]
    public bool The_order_is_transitive(CancellationReason a, CancellationReason b, CancellationReason c) =>
        !(Wins(a, b) && Wins(b, c)) || Wins(a, c);

    [Test]
    public void Each_rung_of_the_order_decides_only_when_those_above_it_tie()
    {
        // Strongest first; each pair differs in the rung named, and the weaker one is better in every rung below.
        CancellationReason[] ladder =
        [
            Make(CancellationKind.Shutdown, 9, null, "z"),                          // severity
            Make(CancellationKind.ParentCancelled, 1, null, "z"),                   // severity again
            Make(CancellationKind.LinkedExit, 1, null, "z"),                        // earlier time ...
            Make(CancellationKind.LinkedExit, 2, null, "z"),                        // ... wins; then the later kind
            Make(CancellationKind.RaceLost, 2, "b", "z"),                           // with a message
            Make(CancellationKind.RaceLost, 2, null, "a"),                          // without one; then the kind again
            Make(CancellationKind.FailFast, 2, "a", "z"),                           // message in ordinal order
            Make(CancellationKind.FailFast, 2, "b", "x"),                           // origin in ordinal order ...
            Make(CancellationKind.FailFast, 2, "b", "y", Make(CancellationKind.Timeout, 0, null, "")),
            Make(CancellationKind.FailFast, 2, "b", "y", Make(CancellationKind.User, 0, "a", "")),  // the stronger cause
            Make(CancellationKind.FailFast, 2, "b", "y"),                           // a cause at all
        ];
        for (var i = 0; i < ladder.Length; i++)
        {
            for (var j = i + 1; j < ladder.Length; j++)
            {
                Assert.That(CancellationReason.Strengthen(ladder[i], ladder[j]), Is.SameAs(ladder[i]), $"{i} against {j}");
                Assert.That(CancellationReason.Strengthen(ladder[j], ladder[i]), Is.SameAs(ladder[i]), $"{j} against {i}");
            }
        }
    }

    [Test]
    public void Texts_are_compared_by_code_unit_and_not_by_culture()
    {
        var upper = Make(CancellationKind.User, 0, "Z", "");
        var lower = Make(CancellationKind.User, 0, "a", "");
        Assert.That(CancellationReason.Strengthen(lower, upper), Is.SameAs(upper));
    }

    [Test]
    public void One_instant_told_with_two_offsets_is_one_time()
    {
        var here = new DateTimeOffset(2000, 1, 1, 3, 0, 0, TimeSpan.FromHours(3));
        var a = new CancellationReason(CancellationKind.User, "T0", here);
        var b = new CancellationReason(CancellationKind.User, "T0", here.ToUniversalTime());
        Assert.That(a, Is.EqualTo(b));
        Assert.That(a.ToString(), Is.EqualTo(b.ToString()));
    }

    private static CancellationReason Make(CancellationKind kind, int second, string? message, string origin, CancellationReason? cause = null) =>
        new(kind, origin, Reasons.Start.AddSeconds(second), message, cause);

    private static bool Wins(CancellationReason a, CancellationReason b) => CancellationReason.Strengthen(b, a).Equals(a);

    private static bool SameFields(CancellationReason? a, CancellationReason? b) => a is null || b is null
        ? a is null && b is null
        : a.Kind == b.Kind && a.Origin == b.Origin && a.Time == b.Time && a.Message == b.Message && SameFields(a.Cause, b.Cause);
}
