using System.Diagnostics;
using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>
/// The state of one channel, shared by its senders and its receiver. Always, outside of the gate:
/// buffered + reserved is at most the capacity; nobody stands in line while there is room; nobody waits for a message that is there.
/// <see cref="AdvanceLocked"/> restores the last two and is called wherever one of them may have been broken.
/// </summary>
/// <remarks>
/// A slot that a waiting reservation is given counts as reserved from that moment. A message that a waiting receive is promised stays in the buffer,
/// claimed, until the receive resumes and takes the oldest one: so a cancelled receive takes none. A waiting send carries its value, which is moved
/// into the buffer when there is room; from then on its cancellation has no effect.
/// </remarks>
internal sealed partial class ChannelCore<T> : TracedObject, IWaitable, IInspectable, IBounded
{
    private const int InitialRing = 4;

    private readonly Gate _gate = new();

    /// <summary>The buffer: _count messages from _head on, wrapping. Grows up to the capacity.</summary>
    private T[] _ring;
    private int _head;
    private int _count;

    /// <summary>Of the buffered messages, those promised to receives that were chosen but have not resumed.</summary>
    private int _claimed;

    /// <summary>Slots held by permits, and by reservations that were chosen but have not resumed.</summary>
    private int _reserved;

    /// <summary>Senders that have not ended.</summary>
    private int _senders = 1;

    /// <summary>No new sends or reservations, whatever the senders say: the receiver closed, or the writer completed.</summary>
    private bool _closed;

    /// <summary>Nobody will receive any more; implies _closed.</summary>
    private bool _disposed;

    /// <summary>The first error a sender completed with.</summary>
    private Exception? _error;

    /// <summary>Sends and reservations, oldest first. Empty while there is room, and when closed.</summary>
    private WaitLine _line;

    /// <summary>Receives, oldest first. Empty while a message is unclaimed, and at the end.</summary>
    private WaitQueue _receivers;

    /// <summary>Those who only want to be told (WaitToReceive, WaitToRead, WaitToWrite), woken together.</summary>
    private WaitQueue _readable;
    private WaitQueue _writable;

    internal ChannelCore(int capacity)
    {
        Capacity = capacity;
        _ring = new T[Math.Min(capacity, InitialRing)];
        _stamps = Instrumentation.IsEnabled ? new long[_ring.Length] : null;
    }

    public int Capacity { get; }

    internal override string KindName => "channel";

    TracedObject IWaitable.Target => this;

    bool IInspectable.HasWaiterThatCouldProceed =>
        (!_line.IsEmpty && (HasRoom || _closed))
        || (!_receivers.IsEmpty && (HasUnclaimed || HasEnded))
        || (!_readable.IsEmpty && (HasUnclaimed || HasEnded))
        || (!_writable.IsEmpty && (CanAdmit || IsClosedToSends));

    int IInspectable.Waiters => _line.Count + _receivers.Count + _readable.Count + _writable.Count;

    /// <summary>Messages that a receive could take now.</summary>
    internal int Count
    {
        get
        {
            TaskCalls.Entering();
            using (_gate.Enter())
            {
                Report(EventKind.StateRead);
                return _count - _claimed;
            }
        }
    }

    private bool HasRoom => _count + _reserved < Capacity;

    /// <summary>A newcomer may send or reserve: there is room, and nobody stands in line for it.</summary>
    private bool CanAdmit => HasRoom && _line.IsEmpty;

    private bool HasUnclaimed => _count > _claimed;

    private bool IsClosedToSends => _closed || _senders == 0;

    /// <summary>No message is left and none can come: not from a sender, nor from a permit, nor from the line.</summary>
    private bool HasEnded => _disposed || (_count == 0 && IsClosedToSends && _reserved == 0 && _line.IsEmpty);

    public void Withdraw(WaitNode node, int version)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (node.TryWithdraw(version))
            {
                LeaveLocked(node);
                wakes.Add(node);
                Report(EventKind.ChannelWaitCanceled);
                AdvanceLocked(ref wakes);
            }
            else
            {
                Report(EventKind.StateRead);
            }
        }

        wakes.WakeAll();
    }

    public void GiveBack(WaitNode node)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            PassOnLocked(node);
            AdvanceLocked(ref wakes);
        }

        wakes.WakeAll();
    }

    public string Describe() =>
        $"{_count} of {Capacity} buffered, {_reserved} reserved, {_line.Count} waiting to send, {_receivers.Count + _readable.Count} waiting to receive"
        + (HasEnded ? ", ended" : IsClosedToSends ? ", closed" : "");

    private void LeaveLocked(WaitNode node)
    {
        switch (node)
        {
            case ReceiveNode<T>:
                _receivers.Remove(node);
                break;
            case WatchNode<T> { ForRoom: true }:
                _writable.Remove(node);
                break;
            case WatchNode<T>:
                _readable.Remove(node);
                break;
            default:
                _line.Remove(node);
                break;
        }
    }

    /// <summary>A chosen wait was cancelled before it resumed: what it was given is free again.</summary>
    private void PassOnLocked(WaitNode node)
    {
        switch (node)
        {
            case ReserveNode<T>:
                ReleaseSlotLocked();
                break;
            case ReceiveNode<T> when !_disposed:
                _claimed--;
                Report(EventKind.ChannelPassedOn);
                break;
        }
    }

    private void ReleaseSlotLocked()
    {
        _reserved--;
        Report(EventKind.ChannelAborted, _reserved);
    }

    /// <summary>Lets everybody proceed who can, in their order. Cheap when nobody waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AdvanceLocked(ref WakeList wakes)
    {
        if (!_line.IsEmpty)
        {
            AdmitLocked(ref wakes);
        }

        if (!_receivers.IsEmpty || !_readable.IsEmpty || !_writable.IsEmpty || _completion is not null)
        {
            TellLocked(ref wakes);
        }
    }

    /// <summary>Free slots go to the line: a send's value is moved into the buffer, a reservation gets the slot.</summary>
    private void AdmitLocked(ref WakeList wakes)
    {
        while (HasRoom && _line.Dequeue() is { } node)
        {
            if (node is SendNode<T> send)
            {
                AppendLocked(send.TakeValue());
                send.Settle();
            }
            else
            {
                _reserved++;
                Report(EventKind.ChannelReserved, _reserved);
                node.Choose();
            }

            wakes.Add(node);
        }
    }

    private void TellLocked(ref WakeList wakes)
    {
        while (HasUnclaimed && _receivers.Dequeue() is { } node)
        {
            _claimed++;
            node.Choose();
            wakes.Add(node);
        }

        var hasEnded = HasEnded;
        while (hasEnded && _receivers.Dequeue() is ReceiveNode<T> node)
        {
            Report(EventKind.ChannelEmpty, 1);
            node.HasEnded = true;
            node.Settle();
            wakes.Add(node);
        }

        if (HasUnclaimed || hasEnded)
        {
            TellAllLocked(ref _readable, HasUnclaimed, ref wakes);
        }

        if (CanAdmit || IsClosedToSends)
        {
            TellAllLocked(ref _writable, !IsClosedToSends, ref wakes);
        }

        if (hasEnded && _completion is not null)
        {
            CompleteLocked(ref wakes);
        }
    }

    private static void TellAllLocked(ref WaitQueue watchers, bool goOn, ref WakeList wakes)
    {
        while (watchers.Dequeue() is { } node)
        {
            node.Argument = goOn ? 1 : 0;
            node.Choose();
            wakes.Add(node);
        }
    }

    /// <summary>Under the gate.</summary>
    private void Report(EventKind kind, long a = 0, long b = 0)
    {
        if (Instrumentation.IsEnabled)
        {
            _gate.Report(kind, this, a, b);
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_count >= 0 && _reserved >= 0 && _count + _reserved <= Capacity, "more is buffered or reserved than there is room for");
        Debug.Assert(_claimed >= 0 && _claimed <= _count, "more messages are promised than there are");
        Debug.Assert(_line.IsEmpty || !(HasRoom || _closed), "somebody stands in line although there is room, or none ever");
        Debug.Assert(_receivers.IsEmpty || !(HasUnclaimed || HasEnded), "a receive waits for a message that is there, or after the end");
        Debug.Assert(!_disposed || _closed, "disposed but not closed");
    }
}
