using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Tasks;

[TestFixture]
public sealed class OutcomeTests
{
    private static readonly CancellationReason s_user = new(CancellationKind.User);
    private static readonly CancellationReason s_shutdown = new(CancellationKind.Shutdown);

    [Test]
    public void The_worse_of_two_counts_whichever_comes_first()
    {
        var ranked = new[] { Outcome.Ok, Outcome.Canceled(s_user), Outcome.Faulted(new FormatException()) };
        for (var i = 0; i < ranked.Length; i++)
        {
            for (var j = 0; j < ranked.Length; j++)
            {
                Assert.That(Outcome.Worse(ranked[i], ranked[j]), Is.EqualTo(ranked[Math.Max(i, j)]));
            }
        }
    }

    [Test]
    public void The_left_one_wins_ties()
    {
        var (left, right) = (Outcome.Faulted(new FormatException()), Outcome.Faulted(new FormatException()));
        Assert.That(Outcome.Worse(left, right).Error, Is.SameAs(left.Error));
    }

    [Test]
    public void Of_two_cancellations_the_stronger_reason_counts()
    {
        var (weak, strong) = (Outcome.Canceled(s_user), Outcome.Canceled(s_shutdown));
        Assert.That((Outcome.Worse(weak, strong).Reason, Outcome.Worse(strong, weak).Reason), Is.EqualTo((s_shutdown, s_shutdown)));
    }
}
