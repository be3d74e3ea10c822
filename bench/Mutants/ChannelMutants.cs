namespace Lab.Bench.Mutants;

/// <summary>The bounded channel.</summary>
internal static class ChannelMutants
{
    private const string Core = "Channels/ChannelCore.cs";
    private const string Closing = "Channels/ChannelCore.Closing.cs";
    private const string Permits = "Channels/ChannelCore.Permits.cs";
    private const string Receiving = "Channels/ChannelCore.Receiving.cs";

    internal static readonly Mutant[] List =
    [
        new("channel-next-is-not-told",
            "Head sender woken, then cancelled: the next is never woken though a slot is free.",
            Core,
            "PassOnLocked(node);\nAdvanceLocked(ref wakes);",
            "PassOnLocked(node);",
            "MpscSpec(Explored)"),
        new("channel-slot-dies-with-its-waiter",
            "A reservation that is cancelled after it was handed its slot keeps it.",
            Core,
            """
            case ReserveNode<T>:
                ReleaseSlotLocked();
                break;
            """,
            "",
            "MpscSpec(Explored)"),
        new("channel-cancelled-receive-takes-a-message",
            "A cancelled receive takes a message.",
            Core,
            """
            case ReceiveNode<T> when !_disposed:
                _claimed--;
            """,
            """
            case ReceiveNode<T> when !_disposed:
                _claimed--;
                TakeLocked();
            """,
            "MpscSpec(Explored)"),
        new("channel-promise-dies-with-its-receive",
            "The message that a cancelled receive had been promised is never given to another.",
            Core,
            """
            case ReceiveNode<T> when !_disposed:
                _claimed--;
                Report(EventKind.ChannelPassedOn);
                break;
            """,
            "",
            "MpscSpec(Explored)"),
        new("channel-promises-one-message-twice",
            "Two receives are woken for one message.",
            Core,
            "_claimed++;",
            "",
            "ReceivingTests"),
        new("channel-one-too-many",
            "One message more than the capacity is buffered.",
            Core,
            "private bool HasRoom => _count + _reserved < Capacity;",
            "private bool HasRoom => _count + _reserved <= Capacity;",
            "MpscSpec(Explored)"),
        new("channel-reservations-not-counted",
            "Reserved slots count as free.",
            Core,
            "private bool HasRoom => _count + _reserved < Capacity;",
            "private bool HasRoom => _count < Capacity;",
            "MpscSpec(Explored)"),
        new("channel-ends-before-it-is-drained",
            "The end is reported before buffered values are drained.",
            Core,
            "_disposed || (_count == 0 && IsClosedToSends",
            "_disposed || (_count >= 0 && IsClosedToSends",
            "MpscClosingSpec(Explored)"),
        new("channel-ends-before-its-permits",
            "The end is reported while a permit can still send.",
            Core,
            "IsClosedToSends && _reserved == 0 && _line.IsEmpty",
            "IsClosedToSends && _line.IsEmpty",
            "MpscClosingSpec(Explored)"),
        new("channel-cancels-what-was-moved",
            "A waiting send whose value was taken ends as cancelled: the message is there all the same.",
            Core,
            "send.Settle();",
            "send.Choose();",
            "MpscSpec(Explored)"),
        new("channel-tells-one-watcher",
            "Of those who wait to be told, one is told.",
            Core,
            "while (watchers.Dequeue() is { } node)",
            "if (watchers.Dequeue() is { } node)",
            "BclContractTests"),
        new("channel-line-newest-first",
            "A free slot goes to the sender that came last.",
            Core,
            "while (HasRoom && _line.Dequeue() is { } node)\n{",
            """
            while (HasRoom && _line.Dequeue() is { } node)
            {
                for (var before = _line.Count; before > 0; before--)
                {
                    _line.Enqueue(node);
                    node = _line.Dequeue()!;
                }
            """,
            "MpscSpec(Explored)"),
        new("channel-receive-frees-no-slot",
            "A receive does not wake the sender that waits for its slot.",
            Receiving,
            """
            value = TakeLocked();
            AdvanceLocked(ref wakes);
            }

            wakes.WakeAll();
            return ReceiveStatus.Ok;
            """,
            """
            value = TakeLocked();
            }

            wakes.WakeAll();
            return ReceiveStatus.Ok;
            """,
            "MpscSpec(Explored)"),
        new("channel-wakes-under-the-gate",
            "Wake under the gate.",
            Receiving,
            """
            value = TakeLocked();
            AdvanceLocked(ref wakes);
            }

            wakes.WakeAll();
            return ReceiveStatus.Ok;
            """,
            """
            value = TakeLocked();
            AdvanceLocked(ref wakes);
            wakes.WakeAll();
            }

            return ReceiveStatus.Ok;
            """,
            "MpscSpec(Explored)"),
        new("channel-end-looks-empty",
            "Closed and empty reports \"empty\" instead of \"ended\".",
            Receiving,
            "return HasEnded ? ReceiveStatus.Ended : ReceiveStatus.Empty;",
            "return ReceiveStatus.Empty;",
            "MpscClosingSpec(Explored)"),
        new("channel-resumed-receive-frees-no-slot",
            "A receive that waited takes its message and tells no sender of the free slot.",
            Receiving,
            """
            hasValue = true;
            AdvanceLocked(ref wakes);
            }

            if (!wasAnnounced)
            """,
            """
            hasValue = true;
            }

            if (!wasAnnounced)
            """,
            "MpscSpec(Explored)", "MpscSpec(Explored)"),
        new("channel-token-outlives-its-call",
            "The token of a call that is over ends the next one that uses its node.",
            "Channels/CallerNode.cs",
            "if (HasToken || token.CanBeCanceled)",
            "if (token.CanBeCanceled)",
            "AnnouncedNodeTests.A_token_ends"),
        new("channel-send-wakes-nobody",
            "A send that does not wait leaves the receiver asleep.",
            "Channels/ChannelCore.Sending.cs",
            """
            if (status == SendStatus.Ok)
            {
                AppendLocked(value);
                AdvanceLocked(ref wakes);
            }
            """,
            """
            if (status == SendStatus.Ok)
            {
                AppendLocked(value);
            }
            """,
            "MpscSpec(Explored)"),
        new("channel-send-node-returned-twice",
            "A pooled node is recycled twice: two sends share it.",
            "Channels/SendNode.cs",
            "core.Return(this, wasAnnounced);",
            "core.Return(this, wasAnnounced);\ncore.Return(this, wasAnnounced);",
            "ChannelStressTests"),
        new("channel-ring-loses-its-end-when-it-grows",
            "Messages behind the wrap of the ring are lost when it grows.",
            "Channels/ChannelCore.Buffer.cs",
            "Array.Copy(ring, 0, grown, ring.Length - _head, _head);",
            "",
            "MpscSpec(Explored)"),
        new("channel-permit-released-twice",
            "The slot of a permit is released twice: by its send, and when the message is received.",
            Permits,
            "_reserved--;\nAppendLocked(value);",
            "_reserved -= 2;\nAppendLocked(value);",
            "MpscSpec(Explored)"),
        new("channel-abort-wakes-nobody",
            "Permit disposed without waking a sender.",
            Permits,
            """
            if (TryResolveLocked(permit, version))
            {
                ReleaseSlotLocked();
                AdvanceLocked(ref wakes);
            }
            """,
            """
            if (TryResolveLocked(permit, version))
            {
                ReleaseSlotLocked();
            }
            """,
            "MpscSpec(Explored)"),
        new("channel-old-permit-resolves-the-next",
            "An old copy of a permit resolves the one that reuses its node.",
            Permits,
            "if (permit.Version != version || !permit.IsLive)",
            "if (!permit.IsLive)",
            "PermitTests"),
        new("channel-drops-silently",
            "Send after the receiver left silently drops the value.",
            Permits,
            "return isDelivered;",
            "return true;",
            "MpscClosingSpec(Explored)"),
        new("channel-leaked-permit-keeps-its-slot",
            "A task ends with a permit, and its slot is never given back.",
            Permits,
            """
            ReleaseSlotLocked();
            AdvanceLocked(ref wakes);
            }
            }

            wakes.WakeAll();
            }

            private Permit<T> RentPermitLocked
            """,
            """
            }
            }

            wakes.WakeAll();
            }

            private Permit<T> RentPermitLocked
            """,
            "MpscSpec(Explored)"),
        new("channel-last-sender-wakes-nobody",
            "Last sender's completion does not wake the receiver.",
            Closing,
            """
            Report(EventKind.ChannelSenderClosed, _senders);
            AdvanceLocked(ref wakes);
            """,
            "Report(EventKind.ChannelSenderClosed, _senders);",
            "MpscClosingSpec(Explored)"),
        new("channel-disposal-leaves-senders-parked",
            "Receiver's disposal leaves senders parked.",
            Closing,
            "while (_line.Dequeue() is { } node)",
            "while (!_disposed && _line.Dequeue() is { } node)",
            "MpscClosingSpec(Explored)"),
        new("channel-last-error-wins",
            "The end carries the last error instead of the first.",
            Closing,
            "_senders--;\n_error ??= error;",
            "_senders--;\n_error = error ?? _error;",
            "MpscClosingSpec(Explored)"),
        new("channel-forks-not-counted",
            "The first of several senders to end ends the channel.",
            Closing,
            "_senders++;",
            "",
            "MpscClosingSpec(Explored)"),
        new("channel-later-fork-has-a-say",
            "A sender that is made after the end gives the channel an error.",
            Closing,
            "if (_senders > 0)\n{\n_senders++;",
            "if (_senders >= 0)\n{\n_senders++;",
            "MpscClosingSpec(Explored)"),
        new("channel-writer-ends-itself-only",
            "The writer's end leaves the other senders their say.",
            Closing,
            "_senders = 0;\n_error ??= error;",
            "_senders--;\n_error ??= error;",
            "MpscClosingSpec(Explored)"),
        new("channel-rejects-without-its-error",
            "A send that is refused does not say why the channel has ended.",
            Closing,
            "internal SendRejectedException<T> Rejection(T value) => new(value, Error);",
            "internal SendRejectedException<T> Rejection(T value) => new(value, null);",
            "MpscClosingSpec(Explored)"),
        new("channel-hides-its-error-from-who-is-only-told",
            "Who waits to be told of a message takes an end with an error for a plain one.",
            "Channels/WatchNode.cs",
            "throw core.EndError();",
            "return false;",
            "MpscClosingSpec(Explored)"),
        new("channel-says-there-is-room-at-the-end",
            "Who waits for room is told to go on when the channel is closed.",
            Core,
            "TellAllLocked(ref _writable, !IsClosedToSends, ref wakes);",
            "TellAllLocked(ref _writable, true, ref wakes);",
            "MpscClosingSpec(Explored)"),
        new("channel-shows-a-promised-message",
            "Who looks at the next message sees one that another receive was promised.",
            Receiving,
            "_ring[Wrap(_head + _claimed)]",
            "_ring[_head]",
            "Channels.ReceivingTests"),
        new("channel-resumed-receive-of-many-frees-no-slot",
            "A receive of several messages that waited tells no sender of the free slots.",
            "Channels/ChannelCore.ReceivingMany.cs",
            "taken = TakeManyLocked(room);\nAdvanceLocked(ref wakes);\n}\n\nif (!wasAnnounced)",
            "taken = TakeManyLocked(room);\n}\n\nif (!wasAnnounced)",
            "ReceiveManySpec(Explored)"),
    ];
}
