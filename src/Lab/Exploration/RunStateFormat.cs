using System.Globalization;
using Lab.Causality;
using Lab.Execution;
using Lab.Oracles;
using Lab.Seeds;
using Lab.Strategies;
using Lab.Traces;

namespace Lab.Exploration;

/// <summary>The fields of a run in the order of its file.</summary>
internal static class RunStateFormat
{
    internal static void Write(BinaryWriter to, RunState state)
    {
        WriteIdentity(to, state.Identity);
        to.Write(state.Budget);
        to.Write(state.Counted);
        to.Write(state.HasEnded);
        to.Write(state.IsExhausted);
        to.Write(state.IsSearch);
        WriteText(to, state.Bound);
        WriteText(to, state.Gap);
        WriteText(to, state.Search);
        to.Write(state.Executions);
        to.Write(state.Steps);
        to.Write(state.Elapsed.Ticks);
        to.Write(state.Judged.Length);
        Array.ForEach(state.Judged, to.Write);
        WriteMetrics(to, state.Metrics);
        WriteCoverage(to, state.Coverage);
        to.Write(state.Failures.Count);
        foreach (var failure in state.Failures)
        {
            WriteFailure(to, failure);
        }
    }

    /// <exception cref="FormatException">The content is not that of a run; a reader's own exceptions say the same.</exception>
    internal static RunState Read(BinaryReader from)
    {
        var state = new RunState
        {
            Identity = ReadIdentity(from),
            Budget = Positive(from.ReadInt64()),
            Counted = Positive(from.ReadInt64()),
            HasEnded = from.ReadBoolean(),
            IsExhausted = from.ReadBoolean(),
            IsSearch = from.ReadBoolean(),
            Bound = ReadText(from),
            Gap = ReadText(from),
            Search = ReadText(from),
            Executions = Positive(from.ReadInt64()),
            Steps = Positive(from.ReadInt64()),
            Elapsed = new TimeSpan(Positive(from.ReadInt64())),
            Judged = ReadJudged(from),
            Metrics = ReadMetrics(from),
            Coverage = ReadCoverage(from),
            Failures = ReadFailures(from),
        };
        return from.BaseStream.ReadByte() < 0 ? state : throw new FormatException("there is more than a run");
    }

    private static void WriteIdentity(BinaryWriter to, RunIdentity identity)
    {
        to.Write(identity.Scenario);
        to.Write(identity.AssemblyName);
        to.Write(identity.Strategy);
        to.Write(identity.Seed.Value);
        to.Write(identity.First);
        to.Write(identity.KeepsGoing);
        to.Write(identity.LinearisationSamples);
        to.Write(identity.Lab);
        to.Write(identity.Shard?.Number ?? 0);
        to.Write(identity.Shard?.Count ?? 0);
    }

    private static RunIdentity ReadIdentity(BinaryReader from) => new()
    {
        Scenario = from.ReadString(),
        AssemblyName = from.ReadString(),
        Strategy = from.ReadString(),
        Seed = new Seed(from.ReadUInt64()),
        First = Positive(from.ReadInt64()),
        KeepsGoing = from.ReadBoolean(),
        LinearisationSamples = from.ReadInt32(),
        Lab = from.ReadString(),
        Shard = (from.ReadInt32(), from.ReadInt32()) switch
        {
            (0, 0) => null,
            var (number, count) => new Shard(number, count),
        },
    };

    private static void WriteCoverage(BinaryWriter to, Coverage coverage)
    {
        to.Write(coverage.Level);
        to.Write(coverage.Sketch.Registers);
        to.Write(coverage.Kept.Count);

        // Sorted: the order of a hash table is nobody's.
        foreach (var (fingerprint, sighting) in coverage.Kept.OrderBy(static pair => pair.Key))
        {
            to.Write((ulong)(fingerprint >> 64));
            to.Write((ulong)fingerprint);
            to.Write(sighting.Bits);
        }
    }

    private static Coverage ReadCoverage(BinaryReader from)
    {
        var level = from.ReadInt32();
        var registers = from.ReadBytes(HyperLogLog.RegisterCount);
        var count = from.ReadInt32();
        if (level is < 0 or > 64 || count is < 0 or > Coverage.ExactLimit)
        {
            throw new FormatException("more fingerprints than are kept");
        }

        var kept = new KeyValuePair<UInt128, Sighting>[count];
        for (var i = 0; i < count; i++)
        {
            kept[i] = new(new UInt128(from.ReadUInt64(), from.ReadUInt64()), new Sighting(from.ReadUInt64()));
        }

        return Coverage.Restore(level, registers, kept);
    }

    private static long[] ReadJudged(BinaryReader from)
    {
        var judged = new long[from.ReadInt32() == LiveOracles.Names.Count ? LiveOracles.Names.Count : throw new FormatException("another number of oracles")];
        for (var i = 0; i < judged.Length; i++)
        {
            judged[i] = Positive(from.ReadInt64());
        }

        return judged;
    }

    private static void WriteMetrics(BinaryWriter to, StrategyMetrics? metrics)
    {
        to.Write(metrics is not null);
        if (metrics is { } counts)
        {
            to.Write(counts.Executions);
            to.Write(counts.Choices);
            to.Write(counts.Alternatives);
            to.Write(counts.MostAlternatives);
            to.Write(counts.Switches);
            to.Write(counts.Preemptions);
            to.Write(counts.ClockSteps);
            to.Write(counts.Draws);
        }
    }

    private static StrategyMetrics? ReadMetrics(BinaryReader from) => !from.ReadBoolean() ? null : new StrategyMetrics
    {
        Executions = Positive(from.ReadInt64()),
        Choices = Positive(from.ReadInt64()),
        Alternatives = Positive(from.ReadInt64()),
        MostAlternatives = (int)Positive(from.ReadInt32()),
        Switches = Positive(from.ReadInt64()),
        Preemptions = Positive(from.ReadInt64()),
        ClockSteps = Positive(from.ReadInt64()),
        Draws = Positive(from.ReadInt64()),
    };

    private static void WriteFailure(BinaryWriter to, LabResult failure)
    {
        to.Write((int)failure.Verdict.Kind);
        to.Write(failure.Verdict.Message);
        to.Write(failure.Verdict.Notes.Count);
        foreach (var note in failure.Verdict.Notes)
        {
            to.Write(note);
        }

        var site = FailureSite.Of(failure.Verdict);
        to.Write(site.Count);
        foreach (var frame in site)
        {
            to.Write(frame);
        }

        to.Write(failure.Seed.Value);
        to.Write(failure.Strategy);
        to.Write(failure.Index);
        to.Write(failure.Steps);
        to.Write(failure.DecisionCount);
        to.Write(failure.Fingerprint.ToString("x", CultureInfo.InvariantCulture));
        to.Write(failure.VirtualTime.Ticks);
        WriteText(to, failure.Trace is { } trace ? TraceFile.ToText(trace) : null);
    }

    private static List<LabResult> ReadFailures(BinaryReader from)
    {
        var failures = new List<LabResult>();
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            failures.Add(ReadFailure(from));
        }

        return failures;
    }

    private static LabResult ReadFailure(BinaryReader from)
    {
        var kind = (VerdictKind)from.ReadInt32();
        var verdict = new Verdict(Enum.IsDefined(kind) && kind != VerdictKind.Passed ? kind : throw new FormatException("no verdict"), from.ReadString());
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            verdict = verdict.WithNote(from.ReadString());
        }

        var site = new List<string>();
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            site.Add(from.ReadString());
        }

        return new LabResult
        {
            Verdict = verdict with { Site = site },
            Seed = new Seed(from.ReadUInt64()),
            Strategy = from.ReadString(),
            Index = from.ReadInt64(),
            Steps = from.ReadInt64(),
            DecisionCount = from.ReadInt32(),
            Fingerprint = UInt128.Parse(from.ReadString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            VirtualTime = new TimeSpan(from.ReadInt64()),
            Trace = ReadText(from) is { } text ? Parse(text) : null,
        };
    }

    private static Trace Parse(string text)
    {
        try
        {
            return TraceFile.Parse(text);
        }
        catch (TraceFormatException e)
        {
            throw new FormatException(e.Message);
        }
    }

    private static void WriteText(BinaryWriter to, string? text)
    {
        to.Write(text is not null);
        to.Write(text ?? "");
    }

    private static string? ReadText(BinaryReader from)
    {
        var isThere = from.ReadBoolean();
        var text = from.ReadString();
        return isThere ? text : null;
    }

    private static long Positive(long value) => value >= 0 ? value : throw new FormatException("a count below zero");
}
