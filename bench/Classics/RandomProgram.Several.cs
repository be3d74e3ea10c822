using Lab.Core.Channels;
using Lab.Core.Tasks;

namespace Lab.Classics;

// Tasks that wait for several things at once.
public sealed partial class RandomProgram
{
    private enum WaitKind
    {
        Yield, Join, Notify, Send, Receive, Mutex, Semaphore, Scope, Oneshot, Delay, BclDelay,
    }

    /// <summary>One of the things for which a task waits at once.</summary>
    private readonly record struct Wait(WaitKind Kind, int Object, int Task)
    {
        internal static Wait Of(Dice draws, int tasks) => new((WaitKind)draws.Below((int)WaitKind.BclDelay + 1), draws.Below(2), draws.Below(tasks));

        public override string ToString() => $"{Kind} {Object}{Task}";
    }

    /// <summary>What the core says to who comes too late.</summary>
    private static bool IsRefusal(Exception e) => e is InvalidOperationException;

    private sealed partial class Actor
    {
        private const int Canceled = 100;
        private const int Refused = 101;

        private async Task Several(Step step)
        {
            switch (step.Act)
            {
                case Act.All:
                    foreach (var result in await Task.WhenAll(Branch(step.First), Branch(step.Second)))
                    {
                        See(result);
                    }

                    break;
                case Act.InOrder:
                    await Task.WhenAll(Seen(step.First, 10), Seen(step.Second, 20));
                    break;
                case Act.Any:
                    Task<int>[] both = [Branch(step.First), Branch(step.Second)];
                    var first = await Task.WhenAny(both);
                    See((first == both[0] ? 10 : 20) + await first);
                    if (step.Object == 0)
                    {
                        await Task.WhenAll(both);
                    }

                    break;
                case Act.Race:
                    See(await Ended(cx.RaceAsync<int>([c => With(c).Branch(step.First), async c => 200 + await With(c).Branch(step.Second)])));
                    break;
                case Act.JoinAll:
                    foreach (var outcome in await cx.JoinAllAsync([c => With(c).Branch(step.First), c => With(c).Branch(step.Second)]))
                    {
                        See((int)outcome.Kind);
                    }

                    break;
                default:
                    await cx.ScopeAsync(async scope =>
                    {
                        scope.Spawn(c => With(c).Branch(step.First));
                        See(await Branch(step.Second));
                    });
                    break;
            }
        }

        /// <summary>Ends that may come second, and messages that may come too late.</summary>
        private void End(Step step)
        {
            switch (step.Act)
            {
                case Act.Complete when step.Object == 0:
                    world.Channel.Sender.Complete();
                    break;
                case Act.Complete:
                    world.Oneshot.Sender.Dispose();
                    break;
                case Act.Close when step.Object == 0:
                    world.Channel.Receiver.Close();
                    break;
                case Act.Close:
                    world.Oneshot.Receiver.Close();
                    break;
                case Act.Tell:
                    See(world.Oneshot.Sender.TrySend(number) ? 1 : 0);
                    break;
                default:
                    See((int)world.Oneshot.Receiver.TryReceive(out _));
                    break;
            }
        }

        private Actor With(Cx other) => new(world, number, other);

        private async Task Seen(Wait wait, int name) => See(name + await Branch(wait));

        private Task<int> Branch(Wait wait) => Ended(For(wait));

        private static async Task<int> Ended(Task<int> work)
        {
            try
            {
                return await work;
            }
            catch (OperationCanceledException)
            {
                return Canceled;
            }
            catch (Exception e) when (IsRefusal(e))
            {
                return Refused;
            }
        }

        private async Task<int> For(Wait wait)
        {
            var length = TimeSpan.FromMilliseconds(1 + wait.Object + wait.Task);
            switch (wait.Kind)
            {
                case WaitKind.Yield:
                    await cx.YieldAsync();
                    return 1;
                case WaitKind.Join when wait.Task != number:
                    return (int)(await world.Handles[wait.Task].OutcomeAsync(cx)).Kind;
                case WaitKind.Join or WaitKind.Notify:
                    await world.Notifies[wait.Object].WaitAsync(cx);
                    return 2;
                case WaitKind.Send:
                    await world.Channel.Sender.SendAsync(number, cx);
                    return 3;
                case WaitKind.Receive:
                    return await world.Channel.Receiver.ReceiveAsync(cx);
                case WaitKind.Mutex:
                    using (await world.Mutex.LockAsync(cx))
                    {
                        return 4;
                    }

                case WaitKind.Semaphore:
                    await world.Semaphore.AcquireAsync(cx);
                    world.Semaphore.Release();
                    return 5;
                case WaitKind.Scope:
                    await cx.ScopeAsync(scope =>
                    {
                        scope.Spawn(async c =>
                        {
                            await c.YieldAsync();
                            world.Notifies[wait.Object].NotifyOne();
                        });
                        return Task.CompletedTask;
                    });
                    return 6;
                case WaitKind.Oneshot:
                    return await world.Oneshot.Receiver.ReceiveAsync(cx);
                case WaitKind.Delay:
                    await cx.DelayAsync(length);
                    return 7;
                default:
                    await Task.Delay(length, cx.Clock);
                    return 8;
            }
        }
    }
}
