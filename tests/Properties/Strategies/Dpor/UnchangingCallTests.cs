using Lab.Core.Channels;
using Lab.Core.Tasks;
using Lab.Execution;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>
/// A call that changes nothing has looked: had it come first, it would have changed something. So it depends on what made it too late, and <c>dpor</c>
/// meets every ending that depth-first search meets.
/// </summary>
[TestFixture]
internal sealed class UnchangingCallTests
{
    private static readonly TestCaseData[] s_programs =
    [
        // Whoever sends first sends; the other one is told that it is used.
        Case("two send on one oneshot", 2, static cx =>
        {
            var (sender, _) = Oneshot.Create<int>();
            return Run(cx, Send, Send);

            string Send() => sender.TrySend(1) ? "sent" : "refused";
        }),

        // Sent and then disposed, or disposed and then refused.
        Case("a send on a oneshot and a disposal", 2, static cx =>
        {
            var (sender, _) = Oneshot.Create<int>();
            return Run(cx, () => sender.TrySend(1) ? "sent" : "refused", () => Done(sender.Dispose));
        }),
        Case("a oneshot closed twice, and a send", 2, static cx =>
        {
            var (sender, receiver) = Oneshot.Create<int>();
            return Run(cx, () => Done(receiver.Close), () => Done(receiver.Close), () => sender.TrySend(1) ? "sent" : "refused");
        }),

        // The send may come before both, between them or after them: what counts is whether one of them came first.
        Case("a sender completed twice, and a send", 2, static cx =>
        {
            var (sender, _) = Mpsc.Bounded<int>(2);
            return Run(cx, () => Done(() => sender.Complete()), () => Done(() => sender.Complete()), () => $"{sender.TrySend(1)}");
        }),
        Case("a sender completed, and forked", 2, static cx =>
        {
            var (sender, _) = Mpsc.Bounded<int>(2);
            return Run(cx, () => Done(() => sender.Complete()), () => Done(() => sender.Fork()));
        }),
        Case("a receiver closed twice, and a send", 2, static cx =>
        {
            var (sender, receiver) = Mpsc.Bounded<int>(2);
            return Run(cx, () => Done(receiver.Close), () => Done(receiver.Close), () => $"{sender.TrySend(1)}");
        }),
        Case("a receiver disposed twice, and a send", 2, static cx =>
        {
            var (sender, receiver) = Mpsc.Bounded<int>(2);
            return Run(cx, () => Done(receiver.Dispose), () => Done(receiver.Dispose), () => $"{sender.TrySend(1)}");
        }),

        // Aborted and then refused, or sent and then not aborted.
        Case("a permit sent and aborted", 2, static cx =>
        {
            var (sender, _) = Mpsc.Bounded<int>(1);
            sender.TryReserve(out var permit);
            return Run(cx, () => Done(() => permit.Send(1)), () => Done(permit.Dispose));
        }),

        // A receive that was chosen and is cancelled gives the message back: others find nothing before that, and it afterwards.
        Case("a message that a channel's cancelled receive gives back", null, static cx =>
        {
            var (sender, receiver) = Mpsc.Bounded<int>(1);
            return GivenBack(cx, async c => await receiver.ReceiveAsync(c), () => sender.TrySend(1), () => $"{receiver.TryReceive(out _)}");
        }),
        Case("a message that a oneshot's cancelled receive gives back", null, static cx =>
        {
            var (sender, receiver) = Oneshot.Create<int>();
            return GivenBack(cx, async c => await receiver.ReceiveAsync(c), () => sender.TrySend(1), () => $"{receiver.TryReceive(out _)}");
        }),
    ];

    [TestCaseSource(nameof(s_programs))]
    public void Every_ending_is_met(Func<Cx, Task> program, int? endings)
    {
        var options = new LabOptions();
        var all = Search.All(program, options);
        var dpor = Search.Dpor(program, options);
        Assert.That(all.IsComplete && dpor.IsComplete);
        Assert.That(dpor.Endings, Is.EquivalentTo(all.Endings));
        Assert.That(dpor.Fingerprints.SetEquals(all.Fingerprints));
        Assert.That(endings is null ? all.Endings.Count > 1 : all.Endings.Count == endings, $"{all.Endings.Count} endings");
    }

    private static TestCaseData Case(string name, int? endings, Func<Cx, Task> program) => new(program, endings) { TestName = "{m}: " + name };

    /// <summary>One task for each call; the main task notes the answers.</summary>
    private static async Task Run(Cx cx, params Func<string>[] calls)
    {
        var answers = new string[calls.Length];
        await cx.ScopeAsync(scope =>
        {
            for (var i = 0; i < calls.Length; i++)
            {
                var mine = i;
                scope.Spawn(c =>
                {
                    try
                    {
                        answers[mine] = calls[mine]();
                    }
                    catch (InvalidOperationException e)
                    {
                        answers[mine] = e.GetType().Name;
                    }

                    return Task.CompletedTask;
                });
            }

            return Task.CompletedTask;
        });
        cx.Note(string.Join(", ", answers));
    }

    private static async Task GivenBack(Cx cx, Func<Cx, Task> receive, Action send, Func<string> look)
    {
        var seen = "";
        await cx.ScopeAsync(
            async scope =>
            {
                var receiver = scope.Spawn(receive);
                await cx.YieldAsync();
                scope.Spawn(c =>
                {
                    send();
                    receiver.Cancel();
                    return Task.CompletedTask;
                });
                scope.Spawn(c =>
                {
                    seen = look();
                    return Task.CompletedTask;
                });
                cx.Note($"{(await receiver.OutcomeAsync(cx)).Kind}");
            },
            new ScopeOptions { Faults = FaultPolicy.CollectAll });
        cx.Note(seen);
    }

    private static string Done(Action call)
    {
        call();
        return "done";
    }
}
