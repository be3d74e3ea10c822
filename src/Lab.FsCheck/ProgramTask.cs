using System.Threading.Channels;
using Lab.Core.Channels;
using Lab.Core.Tasks;

namespace Lab.Generators;

/// <summary>Runs steps in one task. Children get one of their own.</summary>
internal sealed class ProgramTask(ProgramWorld world, Scope scope, Cx cx)
{
    private readonly ProgramLog _log = world.NewLog();
    private readonly Sender<ProgramMessage>?[] _senders = new Sender<ProgramMessage>?[world.Channels.Length];
    private int _masks;

    internal static async Task RunAsync(ProgramWorld world, Scope scope, IReadOnlyList<ProgramStep> steps, Cx cx)
    {
        var task = new ProgramTask(world, scope, cx);
        try
        {
            await task.RunAsync(steps);
        }
        finally
        {
            foreach (var sender in task._senders)
            {
                sender?.Dispose();
            }
        }
    }

    private async Task RunAsync(IReadOnlyList<ProgramStep> steps)
    {
        foreach (var step in steps)
        {
            if (_masks == 0 || !MayWaitForOthers(step.Action))
            {
                await RunAsync(step);
            }
        }
    }

    /// <summary>Masked, nothing could end such a wait.</summary>
    private static bool MayWaitForOthers(ProgramAction action) => action is ProgramAction.Send or ProgramAction.ReserveSend or ProgramAction.ReserveAbort
        or ProgramAction.Receive or ProgramAction.Wait or ProgramAction.Acquire or ProgramAction.Lock or ProgramAction.Join or ProgramAction.Scope
        or ProgramAction.Timeout or ProgramAction.Race;

    private Task RunAsync(ProgramStep step)
    {
        switch (step.Action)
        {
            case ProgramAction.Checkpoint:
                cx.Checkpoint();
                return Task.CompletedTask;
            case ProgramAction.TrySend:
                TrySend(Channel(step));
                return Task.CompletedTask;
            case ProgramAction.TryReceive:
                TryReceive(Channel(step));
                return Task.CompletedTask;
            case ProgramAction.Close:
                world.Channels[Channel(step)].Receiver.Close();
                return Task.CompletedTask;
            case ProgramAction.NotifyOne:
                Notify(step).NotifyOne();
                return Task.CompletedTask;
            case ProgramAction.NotifyAll:
                Notify(step).NotifyAll();
                return Task.CompletedTask;
            case ProgramAction.Cancel:
                world.SomeHandle(step.Target).Cancel("a step of the program");
                return Task.CompletedTask;
            case ProgramAction.Spawn:
                world.Start(scope, child => RunAsync(world, scope, step.Body, child));
                return Task.CompletedTask;
            default:
                return WaitAsync(step);
        }
    }

    private async Task WaitAsync(ProgramStep step)
    {
        switch (step.Action)
        {
            case ProgramAction.Yield:
                await cx.YieldAsync();
                break;
            case ProgramAction.Delay:
                await cx.DelayAsync(Time(step));
                break;
            case ProgramAction.Draw:
                for (var i = cx.Random.Next(Math.Min(step.Amount, 5) + 1); i > 0; i--)
                {
                    await cx.YieldAsync();
                }

                break;
            case ProgramAction.Wait:
                await Notify(step).WaitAsync(cx);
                break;
            case ProgramAction.Join:
                await world.SomeHandle(step.Target).OutcomeAsync(cx);
                break;
            case ProgramAction.Increment:
                await IncrementAsync();
                break;
            case ProgramAction.Acquire:
                await AcquireAsync(step.Target % world.Semaphores.Length, step.Body);
                break;
            case ProgramAction.Lock:
                await LockAsync(step.Target % world.Mutexes.Length, step.Body);
                break;
            case ProgramAction.Mask:
                await MaskAsync(step.Body);
                break;
            case ProgramAction.Scope:
                await cx.ScopeAsync(async inner =>
                {
                    inner.Spawn(child => RunAsync(world, scope, step.Body, child));
                    await cx.YieldAsync();
                });
                break;
            case ProgramAction.Timeout:
                await TimeoutAsync(Time(step), step.Body);
                break;
            case ProgramAction.Race:
                await RaceAsync(Time(step), step.Body);
                break;
            default:
                await TransferAsync(Channel(step), step);
                break;
        }
    }

    private async Task TransferAsync(int channel, ProgramStep step)
    {
        try
        {
            switch (step.Action)
            {
                case ProgramAction.Send:
                    await SendAsync(channel);
                    break;
                case ProgramAction.ReserveSend or ProgramAction.ReserveAbort:
                    await ReserveAsync(channel, step);
                    break;
                case ProgramAction.Receive:
                    _log.Received[channel].Add(await world.Channels[channel].Receiver.ReceiveAsync(cx));
                    break;
            }
        }
        catch (ChannelClosedException)
        {
            // Some step closed the channel; the message, if there was one, was not sent.
        }
    }

    private async Task SendAsync(int channel)
    {
        var message = _log.NewMessage(channel);
        await Sender(channel).SendAsync(message, cx);
        _log.Sent[channel].Add(message);
    }

    private async Task ReserveAsync(int channel, ProgramStep step)
    {
        var permit = await Sender(channel).ReserveAsync(cx);
        try
        {
            await RunAsync(step.Body);
        }
        catch when (step.Action == ProgramAction.ReserveAbort)
        {
            permit.Dispose();
            throw;
        }

        // A cancelled ReserveSend leaves its permit to the runtime, which must give the slot back.
        if (step.Action == ProgramAction.ReserveSend)
        {
            var message = _log.NewMessage(channel);
            permit.Send(message);
            _log.Sent[channel].Add(message);
        }

        permit.Dispose();
    }

    private void TrySend(int channel)
    {
        var message = _log.NewMessage(channel);
        if (Sender(channel).TrySend(message) == SendStatus.Ok)
        {
            _log.Sent[channel].Add(message);
        }
    }

    private void TryReceive(int channel)
    {
        if (world.Channels[channel].Receiver.TryReceive(out var message) == ReceiveStatus.Ok)
        {
            _log.Received[channel].Add(message);
        }
    }

    private async Task IncrementAsync()
    {
        while (true)
        {
            var before = await world.Variable.ReadAsync(cx);
            if (await world.Variable.CompareExchangeAsync(before + 1, before, cx))
            {
                _log.Increments++;
                return;
            }
        }
    }

    private async Task AcquireAsync(int index, IReadOnlyList<ProgramStep> body)
    {
        await world.Semaphores[index].AcquireAsync(cx);
        try
        {
            var held = Interlocked.Increment(ref world.Held[index]);
            Require(held <= world.Program.Semaphores[index], $"{held} tasks hold semaphore {index}");
            await RunAsync(body);
        }
        finally
        {
            Interlocked.Decrement(ref world.Held[index]);
            world.Semaphores[index].Release();
        }
    }

    private async Task LockAsync(int index, IReadOnlyList<ProgramStep> body)
    {
        using (await world.Mutexes[index].LockAsync(cx))
        {
            try
            {
                Require(Interlocked.Increment(ref world.Inside[index]) == 1, $"two tasks hold mutex {index}");
                await RunAsync(body);
            }
            finally
            {
                Interlocked.Decrement(ref world.Inside[index]);
            }
        }
    }

    private async Task MaskAsync(IReadOnlyList<ProgramStep> body)
    {
        using (cx.Mask())
        {
            _masks++;
            try
            {
                await RunAsync(body);
            }
            finally
            {
                _masks--;
            }
        }
    }

    private async Task TimeoutAsync(TimeSpan limit, IReadOnlyList<ProgramStep> body)
    {
        try
        {
            await cx.TimeoutAsync(limit, child => RunAsync(world, scope, body, child));
        }
        catch (TimeoutException)
        {
        }
        catch (OperationCanceledException) when (!cx.IsCancellationRequested)
        {
            // A step of the body cancelled this or that; the program goes on.
        }
    }

    private async Task RaceAsync(TimeSpan limit, IReadOnlyList<ProgramStep> body)
    {
        var winner = await cx.RaceAsync<int>(
        [
            async child =>
            {
                await RunAsync(world, scope, body, child);
                return 0;
            },
            async child =>
            {
                await child.DelayAsync(limit);
                return 1;
            },
        ]);
        Require(winner is 0 or 1, "a race has no winner");
    }

    private int Channel(ProgramStep step) => step.Target % world.Channels.Length;

    private CountedNotify Notify(ProgramStep step) => world.Notifies[step.Target % world.Notifies.Length];

    private Sender<ProgramMessage> Sender(int channel) => _senders[channel] ??= world.Channels[channel].Sender.Fork();

    private static TimeSpan Time(ProgramStep step) => TimeSpan.FromMilliseconds(step.Amount);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ProgramModelException(otherwise);
        }
    }
}
