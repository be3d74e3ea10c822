using Lab.Core.Cancellation;
using NUnit.Framework;

namespace Lab.Properties.Cancellation;

/// <summary>What a reason carries and how it reads: bounded causes, one line, the exception.</summary>
[TestFixture]
internal sealed class ReasonText
{
    [Test]
    public void A_reason_reads_as_one_line_with_its_causes()
    {
        var user = new CancellationReason(CancellationKind.User, "T0", Reasons.Start);
        var parent = new CancellationReason(CancellationKind.ParentCancelled, "T0.1", Reasons.Start.AddMilliseconds(5), "stop\r\nnow", user);
        Assert.That(
            parent.ToString(),
            Is.EqualTo("ParentCancelled from T0.1 at 2000-01-01T00:00:00.0050000Z: stop  now, because User from T0 at 2000-01-01T00:00:00.0000000Z"));
    }

    [Test]
    public void What_is_not_known_is_not_printed() => Assert.That(new CancellationReason(CancellationKind.Shutdown).ToString(), Is.EqualTo("Shutdown"));

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Reasons)], Replay = Reasons.Seed)]
    public bool No_text_makes_a_second_line(CancellationReason cause, string? message)
    {
        var text = new CancellationReason(CancellationKind.User, "a\u2028b", Reasons.Start, message + "\r\n\u0085", cause).ToString();
        return !text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029');
    }

    [Test]
    public void A_chain_of_causes_up_to_the_limit_is_kept_whole()
    {
        var chain = Chain(CancellationReason.MaxCauseDepth);
        Assert.That(Links(chain).Select(r => r.Message), Is.EqualTo(Enumerable.Range(0, 17).Reverse().Select(i => $"{i}")));
    }

    [Test]
    public void Of_a_longer_chain_the_nearest_causes_and_the_root_stay([Values(17, 18, 25, 26, 1000)] int causes)
    {
        var links = Links(Chain(causes)).Select(r => int.Parse(r.Message!)).ToArray();
        Assert.That(links, Has.Length.InRange(9, CancellationReason.MaxCauseDepth + 1));
        Assert.That(links[..8], Is.EqualTo(Enumerable.Range(causes - 7, 8).Reverse()), "the reason and its nearest seven causes");
        Assert.That(links[^1], Is.Zero, "the root cause");
        Assert.That(links, Is.Ordered.Descending);
        Assert.That(Chain(causes).RootCause.Message, Is.EqualTo("0"));
    }

    [Test]
    public void The_exception_carries_the_reason_and_is_a_cancellation_to_the_BCL()
    {
        var reason = Reasons.At(CancellationKind.Timeout, 1, "slow");
        using var source = new CancellationTokenSource();
        var thrown = new CanceledException(reason, source.Token);
        Assert.That(thrown, Is.InstanceOf<OperationCanceledException>());
        Assert.That(thrown.Reason, Is.SameAs(reason));
        Assert.That(thrown.Message, Is.EqualTo(reason.ToString()));
        Assert.That(thrown.CancellationToken, Is.EqualTo(source.Token));
        Assert.That(() => new CanceledException(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void An_async_method_that_lets_the_exception_pass_ends_as_cancelled()
    {
        static async Task Body()
        {
            await Task.CompletedTask;
            throw new CanceledException(new CancellationReason(CancellationKind.User));
        }

        Assert.That(Body().IsCanceled);
    }

    private static CancellationReason Chain(int causes)
    {
        var reason = new CancellationReason(CancellationKind.User, message: "0");
        for (var i = 1; i <= causes; i++)
        {
            reason = new CancellationReason(CancellationKind.ParentCancelled, message: $"{i}", cause: reason);
        }

        return reason;
    }

    private static IEnumerable<CancellationReason> Links(CancellationReason reason)
    {
        for (var link = reason; link is not null; link = link.Cause)
        {
            yield return link;
        }
    }
}
