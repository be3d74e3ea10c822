using Lab.Seeds;
using Lab.Traces;

namespace Lab.Properties.Traces;

/// <summary>Small traces with every kind of line.</summary>
internal static class SampleTraces
{
    internal const string Text =
        """
        lab-trace 1
        scenario Bank.Tests.No money is lost
        assembly Bank.Tests
        seed 7
        strategy pct:3,k=212
        execution 41
        options 2
        o dispatch explored
        o time lag:10ms
        verdict Deadlock
        message 2
        m T2 waits for channel@0#1,
        m and nobody will send.
        fingerprint 00ff
        steps 3
        virtual-time 00:00:01.5000000
        decisions 3
        d 3 0.2 receive channel@0#1
        d 2 clock clock clock
        d 10 4 random -
        tasks 2
        t 0 -
        t 0.2 the consumer
        events 2
        e 1 0.2 ChannelReceiveWaiting channel@0#1 0 Bank.cs:14 -
        e 2 clock ClockAdvanced clock 15000000 - 0 to 15000000
        end c47476cfd7b0e198

        """;

    internal static Trace Trace => new()
    {
        Scenario = "Bank.Tests.No money is lost",
        AssemblyName = "Bank.Tests",
        Seed = new Seed(7),
        Strategy = "pct:3,k=212",
        Execution = 41,
        Options = [KeyValuePair.Create("dispatch", "explored"), KeyValuePair.Create("time", "lag:10ms")],
        Verdict = new TraceVerdict("Deadlock", "T2 waits for channel@0#1,\nand nobody will send."),
        Fingerprint = "00ff",
        Steps = 3,
        VirtualTime = TimeSpan.FromSeconds(1.5),
        Decisions =
        [
            new Decision(3, "0.2", "receive", "channel@0#1"),
            new Decision(2, "clock", "clock", "clock"),
            new Decision(10, "4", "random", ""),
        ],
        Tasks = [new TraceTask("0", ""), new TraceTask("0.2", "the consumer")],
        Events =
        [
            new TraceEvent(1, "0.2", "ChannelReceiveWaiting", "channel@0#1", "", 0, "Bank.cs:14"),
            new TraceEvent(2, "clock", "ClockAdvanced", "clock", "0 to 15000000", 15_000_000, ""),
        ],
    };
}
