using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>
/// The state of one oneshot. As in a channel, the message of a receive that was chosen stays here, claimed, until the receive resumes and takes it;
/// if it is cancelled before, the claim goes to the next.
/// </summary>
internal sealed class OneshotCore<T> : TracedObject, IWaitable, IInspectable
{
    private readonly Gate _gate = new();
    private WaitQueue _waiters;
    private OneshotNode<T>? _spare;
    private T _value = default!;

    /// <summary>A message was sent; it may be gone by now.</summary>
    private bool _sent;

    /// <summary>The message is here.</summary>
    private bool _present;

    /// <summary>It is promised to a chosen receive.</summary>
    private bool _claimed;
    private bool _senderEnded;
    private bool _receiverClosed;

    internal override string KindName => "oneshot";

    TracedObject IWaitable.Target => this;

    bool IInspectable.HasWaiterThatCouldProceed => !_waiters.IsEmpty && (IsAvailable || HasEnded);

    int IInspectable.Waiters => _waiters.Count;

    internal bool IsReceiverClosed
    {
        get
        {
            using (_gate.Enter())
            {
                Report(EventKind.StateRead);
                return _receiverClosed;
            }
        }
    }

    private bool IsAvailable => _present && !_claimed;

    private bool HasEnded => !_present && (_sent || _senderEnded || _receiverClosed);

    internal bool TrySend(T value)
    {
        var wakes = default(WakeList);
        var isMisuse = false;
        var isSent = false;
        using (_gate.Enter())
        {
            AssertInvariants();
            if (_sent || _senderEnded)
            {
                isMisuse = true;
                Report(EventKind.StateRead);
            }
            else if (_receiverClosed)
            {
                Report(EventKind.StateRead);
            }
            else
            {
                _value = value;
                _sent = _present = isSent = true;
                Report(EventKind.OneshotSent);
                AdvanceLocked(ref wakes);
            }
        }

        wakes.WakeAll();
        return isMisuse
            ? throw new InvalidOperationException("This sender has sent its message, or was disposed. A oneshot carries one message.")
            : isSent;
    }

    internal void EndSender()
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (!_sent && !_senderEnded)
            {
                _senderEnded = true;
                Report(EventKind.OneshotClosed);
                AdvanceLocked(ref wakes);
            }
            else
            {
                Report(EventKind.StateRead);
            }
        }

        wakes.WakeAll();
    }

    internal void CloseReceiver(bool drop)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (!_receiverClosed || (drop && _present))
            {
                _receiverClosed = true;
                Report(EventKind.OneshotClosed);
                if (drop)
                {
                    _present = _claimed = false;
                    _value = default!;
                }

                AdvanceLocked(ref wakes);
            }
            else
            {
                Report(EventKind.StateRead);
            }
        }

        wakes.WakeAll();
    }

    internal ReceiveStatus TryReceive([MaybeNull] out T value)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (!IsAvailable)
            {
                value = default;
                Report(EventKind.OneshotEmpty, HasEnded ? 1 : 0);
                return HasEnded ? ReceiveStatus.Ended : ReceiveStatus.Empty;
            }

            value = TakeLocked(ref wakes);
        }

        wakes.WakeAll();
        return ReceiveStatus.Ok;
    }

    /// <summary>A receive has resumed: takes the message, unless it has it or came to the end.</summary>
    internal bool Finish(OneshotNode<T> node, [MaybeNull] out T value)
    {
        value = node.Value;
        if (node.HasValue || node.HasEnded)
        {
            return node.HasValue;
        }

        var wakes = default(WakeList);
        bool isPresent;
        using (_gate.Enter())
        {
            AssertInvariants();

            // Disposing the receiver drops a claimed message too.
            isPresent = _present;
            if (isPresent)
            {
                value = TakeLocked(ref wakes);
            }
            else
            {
                Report(EventKind.OneshotEmpty, 1);
            }
        }

        wakes.WakeAll();
        return isPresent;
    }

    internal OneshotNode<T> Rent()
    {
        using (_gate.Enter())
        {
            var node = _spare ?? new OneshotNode<T>(this);
            _spare = null;
            return node;
        }
    }

    internal void Return(OneshotNode<T> node)
    {
        using (_gate.Enter())
        {
            _spare = node;
        }
    }

    /// <summary>The receive takes effect.</summary>
    internal bool Begin(OneshotNode<T> node)
    {
        var wakes = default(WakeList);
        using (_gate.Enter(node.Watch))
        {
            AssertInvariants();
            if (IsAvailable)
            {
                node.Value = TakeLocked(ref wakes);
                node.HasValue = true;
            }
            else if (HasEnded)
            {
                Report(EventKind.OneshotEmpty, 1);
                node.HasEnded = true;
            }
            else
            {
                _waiters.Enqueue(node);
                node.Park();
                Report(EventKind.OneshotWaiting);
                return false;
            }

            node.Settle();
        }

        wakes.WakeAll();
        return true;
    }

    public void Withdraw(WaitNode node, int version)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (node.TryWithdraw(version))
            {
                _waiters.Remove(node);
                wakes.Add(node);
            }

            Report(EventKind.StateRead);
        }

        wakes.WakeAll();
    }

    public void GiveBack(WaitNode node)
    {
        var wakes = default(WakeList);
        using (_gate.Enter())
        {
            AssertInvariants();
            if (_present)
            {
                _claimed = false;
                Report(EventKind.OneshotPassedOn);
                AdvanceLocked(ref wakes);
            }
            else
            {
                // Whoever disposed the receiver has dropped it: there is nothing to pass on.
                Report(EventKind.StateRead);
            }
        }

        wakes.WakeAll();
    }

    public string Describe() =>
        $"{(_present ? "a message" : HasEnded ? "ended" : "no message yet")}, {_waiters.Count} waiting to receive";

    private T TakeLocked(ref WakeList wakes)
    {
        var value = _value;
        _value = default!;
        _present = _claimed = false;
        Report(EventKind.OneshotReceived);
        AdvanceLocked(ref wakes);
        return value;
    }

    private void AdvanceLocked(ref WakeList wakes)
    {
        if (IsAvailable && _waiters.Dequeue() is { } oldest)
        {
            _claimed = true;
            oldest.Choose();
            wakes.Add(oldest);
        }

        while (HasEnded && _waiters.Dequeue() is OneshotNode<T> node)
        {
            node.HasEnded = true;
            node.Settle();
            wakes.Add(node);
        }
    }

    /// <summary>Under the gate.</summary>
    private void Report(EventKind kind, long a = 0)
    {
        if (Instrumentation.IsEnabled)
        {
            _gate.Report(kind, this, a);
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(!_claimed || _present, "a message is promised that is not here");
        Debug.Assert(_waiters.IsEmpty || !(IsAvailable || HasEnded), "a receive waits for a message that is there, or after the end");
    }
}
