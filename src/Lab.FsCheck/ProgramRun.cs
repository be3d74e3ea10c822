using Lab.Core.Cancellation;
using Lab.Core.Channels;
using Lab.Core.Tasks;

namespace Lab.Generators;

/// <summary>One run of a generated program: starts the tasks, waits for all that were ever started, looks at what is left.</summary>
internal sealed class ProgramRun(LabProgram program)
{
    private readonly ProgramWorld _world = new(program);

    internal async Task RunAsync(Cx cx)
    {
        var scope = cx.OpenScope(new ScopeOptions { Faults = FaultPolicy.CollectAll, Name = "generated" });
        await using (scope)
        {
            foreach (var steps in program.Tasks)
            {
                _world.Start(scope, child => ProgramTask.RunAsync(_world, scope, steps, child));
            }

            var reaper = program.Patience is { } patience ? scope.Spawn(child => ReapAsync(patience, child)) : (TaskHandle?)null;
            for (var i = 0; _world.Handle(i) is { } handle; i++)
            {
                var outcome = await handle.OutcomeAsync(cx);
                if (outcome.Kind == OutcomeKind.Faulted)
                {
                    outcome.ThrowIfNotOk();
                }
            }

            reaper?.Cancel("everything has ended");
            await scope.JoinAsync(cx);

            async Task ReapAsync(TimeSpan time, Cx child)
            {
                await child.DelayAsync(time);
                scope.Cancel(new CancellationReason(CancellationKind.User, "reaper", child.Clock.GetUtcNow(), "the program's patience is over"));
            }
        }

        await CheckAsync(cx);
    }

    private async Task CheckAsync(Cx cx)
    {
        for (var i = 0; i < program.Channels.Count; i++)
        {
            CheckChannel(i);
        }

        for (var i = 0; i < program.Semaphores.Count; i++)
        {
            var left = _world.Semaphores[i].CurrentCount;
            Require(left == program.Semaphores[i], $"semaphore {i} has {left} of {program.Semaphores[i]} at the end");
        }

        var increments = _world.Logs.Sum(static log => log.Increments);
        Require(_world.Variable.Peek() == increments, $"the variable is {_world.Variable.Peek()} after {increments} increments");
        foreach (var mutex in _world.Mutexes)
        {
            Require(!mutex.IsLocked, "a mutex is locked at the end");
        }

        foreach (var notify in _world.Notifies)
        {
            Require(notify.Holds, $"too many waits completed: {notify}");
            if (notify.MustHavePermit)
            {
                // A lost one shows as a wait without an end: any time limit here would be wrong in some time model.
                cx.Note("a notification is left, and this wait takes it");
                await notify.WaitAsync(cx);
            }
        }
    }

    private void CheckChannel(int channel)
    {
        var (sender, receiver) = _world.Channels[channel];
        var left = new List<ProgramMessage>();
        while (receiver.TryReceive(out var message) == ReceiveStatus.Ok)
        {
            left.Add(message);
        }

        CheckMessages(channel, left);
        var permits = new List<Permit<ProgramMessage>>();
        while (sender.TryReserve(out var permit) == SendStatus.Ok)
        {
            permits.Add(permit);
        }

        var free = permits.Count;
        permits.ForEach(static permit => permit.Dispose());
        var isClosed = sender.TrySend(default) == SendStatus.Closed;
        Require(isClosed || free == program.Channels[channel], $"channel {channel} has {free} of {program.Channels[channel]} slots at the end");
    }

    private void CheckMessages(int channel, List<ProgramMessage> left)
    {
        var sent = _world.Logs.SelectMany(log => log.Sent[channel]).ToHashSet();
        var received = _world.Logs.SelectMany(log => log.Received[channel]).Concat(left).ToList();
        var once = received.ToHashSet();
        Require(once.Count == received.Count, $"channel {channel} delivered a message twice");
        Require(once.SetEquals(sent), $"channel {channel}: sent {sent.Count}, received {once.Count}, of which {once.Count(sent.Contains)} were sent");
        foreach (var log in _world.Logs)
        {
            CheckOrder(channel, log.Received[channel]);
        }

        CheckOrder(channel, left);
    }

    private static void CheckOrder(int channel, List<ProgramMessage> received)
    {
        foreach (var bySender in received.GroupBy(static message => message.Sender))
        {
            var last = -1;
            foreach (var message in bySender)
            {
                Require(message.Sequence > last, $"channel {channel}: message {message.Sequence} of task {message.Sender} came after {last}");
                last = message.Sequence;
            }
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ProgramModelException(otherwise);
        }
    }
}
