using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

// Receives of several messages at once.
internal sealed partial class ChannelCore<T>
{
    private ReceiveManyNode<T>? _spareManys;
    private ReceiveManyNode<T>? _announcedManys;

    /// <summary>The receive of as many messages as are there and fit; waits for the first.</summary>
    internal ValueTask<int> ReceiveManyAsync(in Caller caller, Memory<T> buffer)
    {
        ReceiveManyNode<T>? node = null;
        if (caller.Announces)
        {
            node = caller.Task!.Stayed<ReceiveManyNode<T>>(this) ?? RentLocked(ref _announcedManys) ?? new ReceiveManyNode<T>(this);
            node.Buffer = buffer;
            caller.Arm(node, this, OperationKind.Receive);
            return node.StartMany(Beginning.NotYet);
        }

        // Before the gate: memory may have a manager of the program's own.
        var room = buffer.Span;
        var wakes = default(WakeList);
        var beginning = Beginning.NotYet;
        var taken = 0;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (caller.MayComplete && HasUnclaimed)
            {
                taken = TakeManyLocked(room);
                AdvanceLocked(ref wakes);
            }
            else
            {
                node = RentLocked(ref _spareManys) ?? new ReceiveManyNode<T>(this);
                node.Buffer = buffer;
                caller.Arm(node, this, OperationKind.Receive);
                if (caller.MayComplete)
                {
                    beginning = BeginManyLocked(node, room, ref wakes);
                }
            }
        }

        wakes.WakeAll();
        if (node is null)
        {
            caller.TakeInline();
            return new ValueTask<int>(taken);
        }

        return node.StartMany(beginning);
    }

    /// <summary>It has resumed: takes what is there, unless it has some or came to the end; the node goes back.</summary>
    internal int FinishMany(ReceiveManyNode<T> node)
    {
        var room = node.Buffer.Span;
        var wasAnnounced = node.Task is { Announces: true };
        var wakes = default(WakeList);
        int taken;
        if (node.Taken != 0 && wasAnnounced)
        {
            // They came with the step that this is.
            taken = node.Taken;
            node.Free();
            return taken;
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            taken = node.Taken;
            if (taken == 0 && !node.HasEnded && !_disposed)
            {
                // The one that it was promised, and those that nobody was.
                _claimed--;
                taken = TakeManyLocked(room);
                AdvanceLocked(ref wakes);
            }

            if (!wasAnnounced)
            {
                node.ClearMany();
                ReturnLocked(ref _spareManys, node);
            }
        }

        wakes.WakeAll();
        if (wasAnnounced)
        {
            node.Free();
        }

        return taken;
    }

    internal void Return(ReceiveManyNode<T> node, bool wasAnnounced)
    {
        if (wasAnnounced)
        {
            ReturnLocked(ref _announcedManys, node);
            return;
        }

        using (_gate.Enter())
        {
            ReturnLocked(ref _spareManys, node);
        }
    }

    /// <summary>Like <see cref="BeginReceive"/>.</summary>
    internal bool BeginMany(ReceiveManyNode<T> node)
    {
        // Before the gate: memory may have a manager of the program's own.
        var room = node.Buffer.Span;
        var wakes = default(WakeList);
        Beginning beginning;
        using (_gate.Enter(node.Watch))
        {
            AssertInvariants();
            beginning = BeginManyLocked(node, room, ref wakes);
        }

        wakes.WakeAll();
        return beginning == Beginning.Done;
    }

    private Beginning BeginManyLocked(ReceiveManyNode<T> node, Span<T> room, ref WakeList wakes)
    {
        if (!HasUnclaimed)
        {
            return BeginWithoutMessageLocked(node);
        }

        node.Taken = TakeManyLocked(room);
        AdvanceLocked(ref wakes);
        node.Settle();
        return Beginning.Done;
    }

    private int TakeManyLocked(Span<T> room)
    {
        var count = Math.Min(room.Length, _count - _claimed);
        for (var i = 0; i < count; i++)
        {
            room[i] = TakeLocked();
        }

        return count;
    }
}
