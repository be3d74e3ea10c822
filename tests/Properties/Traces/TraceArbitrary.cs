using FsCheck;
using FsCheck.Fluent;
using Lab.Seeds;
using Lab.Traces;

namespace Lab.Properties.Traces;

/// <summary>Traces of any content that the writer accepts: strings with spaces, escapes, controls, half surrogate pairs; extreme numbers.</summary>
public static class TraceArbitrary
{
    private static readonly string[] s_awkward =
    [
        "", "-", @"\", @"\-", @"\n", "--", " ", "  a  b  ", "a b", "\n", "\r\n", "\t", "\0", "end 0000000000000000", "é€", "𝄞", "\uD834", "\uDD1E\uD834", "\u202E", "\uFEFF", "x\u2028y",
    ];

    public static Arbitrary<Trace> Traces() => Arb.From(Trace(), Shrink);

    private static Gen<string> Text() => Gen.Frequency(
        (3, Gen.Elements(s_awkward)),
        (3, Gen.Elements("0", "0.1", "clock", "channel@0#1", "send", "ChannelSent", "Bank.cs:14")),
        (2, ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")));

    private static Gen<long> Number() => Gen.OneOf(Gen.Elements(0L, 1, -1, long.MaxValue, long.MinValue), ArbMap.Default.GeneratorFor<long>());

    private static Gen<int> Count() => Gen.OneOf(Gen.Elements(0, 1, int.MaxValue), Gen.Choose(0, 1000));

    private static Gen<Decision> Decision() =>
        from alternatives in Gen.OneOf(Gen.Choose(1, 9), Gen.Constant(int.MaxValue))
        from texts in Gen.ArrayOf(Text(), 3)
        select new Decision(alternatives, texts[0], texts[1], texts[2]);

    private static Gen<TraceEvent> Event() =>
        from step in Count()
        from time in Number()
        from texts in Gen.ArrayOf(Text(), 5)
        select new TraceEvent(step, texts[0], texts[1], texts[2], texts[3], time, texts[4]);

    private static Gen<TraceTask> Task() => Gen.Two(Text()).Select(texts => new TraceTask(texts.Item1, texts.Item2));

    private static Gen<KeyValuePair<string, string>[]> Options() =>
        from keys in Gen.ArrayOf(Text())
        from value in Text()
        select keys.Distinct().Select((key, i) => KeyValuePair.Create(key, i == 0 ? value : key)).ToArray();

    private static Gen<Trace> Trace() =>
        from texts in Gen.ArrayOf(Text(), 6)
        from numbers in Gen.ArrayOf(Number(), 3)
        from steps in Number()
        from options in Options()
        from decisions in Gen.ArrayOf(Decision())
        from tasks in Gen.ArrayOf(Task())
        from events in Gen.ArrayOf(Event())
        select new Trace
        {
            Scenario = texts[0],
            AssemblyName = texts[1],
            Strategy = texts[2],
            Seed = new Seed((ulong)numbers[0]),
            Execution = numbers[1] & long.MaxValue,
            Options = options,
            Verdict = new TraceVerdict(texts[3], texts[4]),
            Fingerprint = texts[5],
            Steps = steps & long.MaxValue,
            VirtualTime = new TimeSpan(numbers[2]),
            Decisions = decisions,
            Tasks = tasks,
            Events = events,
        };

    private static IEnumerable<Trace> Shrink(Trace trace)
    {
        if (trace.Events.Count > 0)
        {
            yield return With(trace, trace.Decisions, [.. trace.Events.Skip(1)]);
        }

        if (trace.Decisions.Count > 0)
        {
            yield return With(trace, [.. trace.Decisions.Skip(1)], trace.Events);
        }
    }

    internal static Trace With(Trace trace, IReadOnlyList<Decision> decisions, IReadOnlyList<TraceEvent> events) => new()
    {
        Scenario = trace.Scenario,
        AssemblyName = trace.AssemblyName,
        Seed = trace.Seed,
        Strategy = trace.Strategy,
        Execution = trace.Execution,
        Options = trace.Options,
        Decisions = decisions,
        Tasks = trace.Tasks,
        Events = events,
        Verdict = trace.Verdict,
        Fingerprint = trace.Fingerprint,
        Steps = trace.Steps,
        VirtualTime = trace.VirtualTime,
    };
}
