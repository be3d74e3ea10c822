using Lab.Core.Cancellation;
using Lab.Core.Tasks;
using NUnit.Framework;

namespace Lab.Properties.Specs;

/// <summary>What the end of a body, however it ends, makes of its task.</summary>
public sealed class TaskEndSpec(HostKind host) : Spec(host)
{
    [Test]
    public void A_cancellation_that_nobody_asked_for_is_the_users_and_keeps_its_message() => Run(async cx =>
    {
        var reason = (await Of(cx, static _ => throw new OperationCanceledException("why"))).Reason!;
        Assert.That((reason.Kind, reason.Message, reason.Origin), Is.EqualTo((CancellationKind.User, "why", "named")));
    });

    [Test]
    public void A_cancellation_that_comes_from_elsewhere_keeps_its_reason() => Run(async cx =>
    {
        var reason = Reason(CancellationKind.Deadline, "elsewhere");
        Assert.That((await Of(cx, _ => throw new CanceledException(reason))).Reason, Is.SameAs(reason));
    });

    [Test]
    public void A_cancellation_from_elsewhere_in_a_task_that_was_asked_too_does_not_hide_the_stronger_one() => Run(async cx =>
    {
        var outcome = await Of(cx, static c =>
        {
            c.Cancel(Reason(CancellationKind.Shutdown, "asked"));
            Assert.Throws<CanceledException>(() => c.Checkpoint());
            throw new CanceledException(Reason(CancellationKind.User, "elsewhere"));
        });
        Assert.That(outcome.Reason!.Message, Is.EqualTo("asked"));
    });

    [Test]
    public void A_body_without_a_task_is_a_fault() => Run(async cx =>
        Assert.That((await Of(cx, static _ => null!)).Error, Is.TypeOf<InvalidOperationException>().With.Message.Contains("null")));

    [Test]
    public void Of_several_faults_of_one_body_none_is_lost() => Run(async cx =>
    {
        var error = (await Of(cx, static _ => Task.WhenAll(Task.FromException(new FormatException()), Task.FromException(new TimeZoneNotFoundException())))).Error;
        Assert.That(error, Is.TypeOf<AggregateException>());
        Assert.That(((AggregateException)error!).InnerExceptions.Select(inner => inner.GetType()), Is.EqualTo(new[] { typeof(FormatException), typeof(TimeZoneNotFoundException) }));
    });

    private static async Task<Outcome> Of(Cx cx, Func<Cx, Task> body)
    {
        var outcome = Outcome.Ok;
        await cx.ScopeAsync(
            async scope => outcome = await scope.Spawn(body, name: "named").OutcomeAsync(cx),
            new ScopeOptions { Faults = FaultPolicy.CollectAll });
        return outcome;
    }
}
