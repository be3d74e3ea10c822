namespace Lab.Bench.Mutants;

/// <summary>The channel of one message.</summary>
internal static class OneshotMutants
{
    private const string File = "Channels/OneshotCore.cs";

    internal static readonly Mutant[] List =
    [
        new("oneshot-message-dies-with-its-receive",
            "A chosen receive is cancelled and the message dies with it.",
            File,
            "_claimed = false;\nReport(EventKind.OneshotPassedOn);\nAdvanceLocked(ref wakes);",
            "Report(EventKind.OneshotPassedOn);\nAdvanceLocked(ref wakes);",
            "OneshotSpec(Explored)"),
        new("oneshot-end-wakes-nobody",
            "The sender ends and its receiver sleeps for ever.",
            File,
            """
            _senderEnded = true;
            Report(EventKind.OneshotClosed);
            AdvanceLocked(ref wakes);
            """,
            """
            _senderEnded = true;
            Report(EventKind.OneshotClosed);
            """,
            "OneshotSpec(Explored)"),
        new("oneshot-sends-twice",
            "A second message replaces the first.",
            File,
            "if (_sent || _senderEnded)",
            "if (_senderEnded)",
            "OneshotSpec(Explored)"),
        new("oneshot-closing-wakes-nobody",
            "Closing the receiver leaves a waiting receive parked.",
            File,
            """
            _value = default!;
            }

            AdvanceLocked(ref wakes);
            }
            else
            """,
            """
            _value = default!;
            }
            }
            else
            """,
            "OneshotSpec(Explored)"),
        new("oneshot-sends-to-a-closed-receiver",
            "Send after the receiver left silently drops the value.",
            File,
            "else if (_receiverClosed)",
            "else if (_receiverClosed && _present)",
            "OneshotSpec(Explored)"),
        new("oneshot-disposal-keeps-the-message",
            "A receiver that was disposed still has the message.",
            File,
            "_present = _claimed = false;\n_value = default!;\n}\n\nAdvanceLocked",
            "}\n\nAdvanceLocked",
            "Channels.OneshotTests"),
        new("oneshot-disposal-after-closing-does-nothing",
            "A receiver that was closed and is disposed keeps the message.",
            File,
            "if (!_receiverClosed || (drop && _present))",
            "if (!_receiverClosed)",
            "Channels.OneshotTests"),
    ];
}
