using System.Reflection;
using System.Runtime.CompilerServices;
using Lab.Classics;
using Lab.Core.Channels;
using Lab.Core.Sync;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Properties.Classics;
using Lab.Sharing;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Execution;

/// <summary>
/// Where others come in at a wait for a <see cref="Notify"/>: before the call when it is awaited there and then, after it when the wait is kept. All
/// counts are of complete searches in which every task has run to its first announcement.
/// </summary>
[TestFixture]
internal sealed class AwaitedCallTests
{
    // R looks, W begins to wait, S sets and notifies. S R: it sees that it need not wait. R W S: it is woken. R S W: nobody will ever wake it.
    [Test]
    public void A_notification_between_a_look_and_the_wait_after_it_is_lost() =>
        Assert.That(Count("look, then wait", VerdictKind.Deadlock, () =>
        {
            var (ready, changed) = (new Shared<bool>(), new Notify());
            return new Cast(
                async c =>
                {
                    if (!await ready.ReadAsync(c))
                    {
                        await changed.WaitAsync(c);
                    }
                },
                async c =>
                {
                    await ready.WriteAsync(true, c);
                    changed.NotifyWaiters();
                });
        }), Is.EqualTo((3, 1)));

    // The wait has begun when it looks, so it is S R and R S.
    [Test]
    public void Who_stands_in_line_before_he_looks_loses_nothing() =>
        Assert.That(Count("wait, then look", VerdictKind.Passed, () =>
        {
            var (ready, changed) = (new Shared<bool>(), new Notify());
            return new Cast(
                async c =>
                {
                    var wait = changed.WaitAsync(c);
                    if (!await ready.ReadAsync(c))
                    {
                        await wait;
                    }
                },
                async c =>
                {
                    await ready.WriteAsync(true, c);
                    changed.NotifyWaiters();
                });
        }), Is.EqualTo((2, 0)));

    // It has looked before the first decision: W S and S W.
    [Test]
    public void A_look_that_is_no_operation_at_all_is_torn_from_its_wait_too([Values] bool isField) =>
        Assert.That(Count("look at once, then wait", VerdictKind.Deadlock, () =>
        {
            var (changed, isSet) = (new Notify(), false);
            var (sender, receiver) = Mpsc.Bounded<int>(1);
            return new Cast(
                async c =>
                {
                    if (isField ? !isSet : receiver.TryReceive(out _) != ReceiveStatus.Ok)
                    {
                        await changed.WaitAsync(c);
                    }
                },
                async c =>
                {
                    await sender.SendAsync(1, c);
                    isSet = true;
                    changed.NotifyWaiters();
                });
        }), Is.EqualTo((2, 1)));

    // The wait has begun, and the field says so, before the other's first decision; there is one order.
    [Test]
    public void A_kept_wait_that_others_were_told_of_by_a_plain_field_is_found() =>
        Assert.That(Count("wait, tell, await", VerdictKind.Passed, () =>
        {
            var (changed, waits) = (new Notify(), false);
            return new Cast(
                async c =>
                {
                    var wait = changed.WaitAsync(c);
                    waits = true;
                    await wait;
                },
                async c =>
                {
                    await c.YieldAsync();
                    Assert.That(waits);
                    changed.NotifyWaiters();
                });
        }), Is.EqualTo((1, 0)));

    // The helper stands in line before it returns, on every machine; its caller goes on in the same step. There is one order.
    [Test]
    public void A_wait_of_a_helper_that_its_caller_keeps_begins_at_the_call([Values] bool isField) =>
        Assert.That(Count("help, tell, await", VerdictKind.Passed, () =>
        {
            var (changed, isSet, waits) = (new Notify(), false, new TaskCompletionSource());
            return new Cast(
                async c =>
                {
                    var wait = Helper(changed, c);
                    waits.SetResult();
                    if (!isSet)
                    {
                        await wait;
                    }
                },
                async c =>
                {
                    await (isField ? c.YieldAsync().AsTask() : waits.Task);
                    isSet = true;
                    changed.NotifyWaiters();
                });
        }), Is.EqualTo((1, 0)));

    // The step that ends its look resumes the helper itself, so nobody goes on after it in that step: the three orders of the first test.
    [Test]
    public void A_look_of_a_helper_is_torn_from_its_wait_when_a_step_resumes_the_helper() =>
        Assert.That(Count("a helper looks, then waits", VerdictKind.Deadlock, () =>
        {
            var (ready, changed) = (new Shared<bool>(), new Notify());
            return new Cast(
                async c => await LookThenWait(ready, changed, c),
                async c =>
                {
                    await ready.WriteAsync(true, c);
                    changed.NotifyWaiters();
                });
        }), Is.EqualTo((3, 1)));

    [Test]
    public void A_wait_whose_awaiter_is_used_by_hand_begins_at_the_call() =>
        Assert.That(Count("get the awaiter, tell, await", VerdictKind.Passed, () =>
        {
            var (changed, waits) = (new Notify(), false);
            return new Cast(
                async c =>
                {
                    var ended = new TaskCompletionSource();
                    var awaiter = changed.WaitAsync(c).GetAwaiter();
                    waits = true;
                    awaiter.UnsafeOnCompleted(ended.SetResult);
                    await ended.Task;
                },
                async c =>
                {
                    await c.YieldAsync();
                    Assert.That(waits);
                    changed.NotifyWaiters();
                });
        }), Is.EqualTo((1, 0)));

    // NotifyOne is remembered, so neither order loses it.
    [Test]
    public void A_single_notification_before_the_wait_is_kept_for_it() =>
        Assert.That(Count("look, then wait for one", VerdictKind.Passed, () =>
        {
            var (ready, changed) = (new Shared<bool>(), new Notify());
            return new Cast(
                async c =>
                {
                    if (!await ready.ReadAsync(c))
                    {
                        await changed.WaitAsync(c);
                    }
                },
                async c =>
                {
                    await ready.WriteAsync(true, c);
                    changed.NotifyOne();
                });
        }), Is.EqualTo((3, 0)));

    [TestCase(nameof(Forms.Direct), true)]
    [TestCase(nameof(Forms.InALocal), true)]
    [TestCase(nameof(Forms.Configured), true)]
    [TestCase(nameof(Forms.InALoopAndATry), true)]
    [TestCase(nameof(Forms.Generic), true)]
    [TestCase(nameof(Forms.WithSomethingBetween), false)]
    [TestCase(nameof(Forms.WithAFieldWrittenBetween), false)]
    [TestCase(nameof(Forms.WithAFieldCopiedBetween), false)]
    [TestCase(nameof(Forms.WithALookBetween), false)]
    [TestCase(nameof(Forms.WithALocalThatIsShared), false)]
    [TestCase(nameof(Forms.InAFieldOfItsOwn), false)]
    [TestCase(nameof(Forms.WithAnotherAwaitBetween), false)]
    [TestCase(nameof(Forms.AsATask), false)]
    [TestCase(nameof(Forms.OneOfEachKind), false)]
    [TestCase(nameof(Forms.None), false)]
    public void What_is_awaited_at_once_is_read_from_the_code(string form, bool isAwaited) =>
        Assert.That(AwaitedCalls.AreAwaited(BodyOf(form)), Is.EqualTo(isAwaited));

    [Test]
    public void A_wait_that_is_returned_is_not_awaited_where_it_is_called() =>
        Assert.That(AwaitedCalls.AreAwaited(typeof(Forms).GetMethod(nameof(Forms.Returned), BindingFlags.NonPublic | BindingFlags.Instance)!), Is.False);

    private static (long All, long Failing) Count(string name, VerdictKind expected, Func<Cast> cast) =>
        InterleavingCounts.Of(new Classic(name, cast) { Expected = expected }, new DepthFirst());

    private static async Task Helper(Notify changed, Cx cx) => await changed.WaitAsync(cx);

    private static async Task LookThenWait(Shared<bool> ready, Notify changed, Cx cx)
    {
        if (!await ready.ReadAsync(cx))
        {
            await changed.WaitAsync(cx);
        }
    }

    private static MethodInfo BodyOf(string form) =>
        typeof(Forms).GetMethod(form, BindingFlags.NonPublic | BindingFlags.Instance)!
            .GetCustomAttribute<AsyncStateMachineAttribute>()!.StateMachineType
            .GetMethod("MoveNext", BindingFlags.NonPublic | BindingFlags.Instance)!;

    private sealed class Forms
    {
        private readonly Notify _notify = new();
        private int _one;
        private int _other;
        private ValueTask _pending;

        internal async Task Direct(Cx cx) => await _notify.WaitAsync(cx);

        internal async Task InALocal(Cx cx)
        {
            var wait = _notify.WaitAsync(cx);
            await wait;
        }

        internal async Task Configured(Cx cx) => await _notify.WaitAsync(cx).ConfigureAwait(true);

        internal async Task<int> InALoopAndATry(Cx cx)
        {
            for (var i = 0; i < 3; i++)
            {
                try
                {
                    await _notify.WaitAsync(cx);
                    await _notify.WaitAsync(cx);
                }
                finally
                {
                    _one++;
                }
            }

            return _one;
        }

        internal async Task<T> Generic<T>(T value, Cx cx)
        {
            await _notify.WaitAsync(cx);
            return value;
        }

        internal async Task WithSomethingBetween(Cx cx)
        {
            var wait = _notify.WaitAsync(cx);
            await cx.YieldAsync();
            await wait;
        }

        internal async Task WithAFieldWrittenBetween(Cx cx)
        {
            var wait = _notify.WaitAsync(cx);
            _one = 1;
            await wait;
        }

        internal async Task WithAFieldCopiedBetween(Cx cx)
        {
            var wait = _notify.WaitAsync(cx);
            _one = _other;
            await wait;
            _other++;
        }

        internal async Task WithALookBetween(Cx cx)
        {
            var wait = _notify.WaitAsync(cx);
            if (_one == 0)
            {
                await wait;
            }
        }

        internal async Task WithALocalThatIsShared(Cx cx)
        {
            var waits = false;
            var wait = _notify.WaitAsync(cx);
            waits = true;
            await wait;
            await Task.Run(() => waits);
        }

        internal async Task InAFieldOfItsOwn(Cx cx)
        {
            _pending = _notify.WaitAsync(cx);
            await _pending;
        }

        internal async Task WithAnotherAwaitBetween(Cx cx)
        {
            var flush = Flush();
            var wait = _notify.WaitAsync(cx);
            await flush;
            _one = 1;
            await wait;
        }

        private static Task Flush() => Task.CompletedTask;

        internal async Task AsATask(Cx cx) => await _notify.WaitAsync(cx).AsTask();

        internal async Task OneOfEachKind(Cx cx)
        {
            await _notify.WaitAsync(cx);
            await WithSomethingBetween(cx);
            var wait = _notify.WaitAsync(cx);
            _one = 1;
            await wait;
        }

        internal async Task None(Cx cx) => await cx.YieldAsync();

        internal ValueTask Returned(Cx cx) => _notify.WaitAsync(cx);
    }
}
