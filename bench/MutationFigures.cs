using System.Diagnostics;
using System.Globalization;
using Lab.Bench.Mutants;

namespace Lab.Bench;

/// <summary>
/// <c>mutants</c>: how many known bugs, put into Core one at a time, the specs see. A mutant meets the specs that are listed with it: a fifth of all,
/// or all with <c>--full</c>, and then one that survives meets all other specs of Core too. <c>--part=N</c>: a few, other ones for another N.
/// <c>--only=TEXT,TEXT</c>: those whose id contains one of the texts. <c>--check</c>: they are made, and no spec runs.
/// </summary>
internal static class MutationFigures
{
    private const int PartSize = 6;
    private const int SampledOutOf = 5;
    private const double Goal = 95;

    /// <summary>The run without a mutant may take this long; one with a mutant this much longer than all of that.</summary>
    private static readonly TimeSpan s_baselineLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    /// <summary>Every spec of Core, and the random programs that use all of it.</summary>
    private static readonly string[] s_rooms =
    [
        .. new[] { "Specs", "Sync", "Channels", "Cancellation", "Scheduling", "Time", "Tasks", "Memory", "Programs", "Execution", "Oracles" }.Select(room => $"Lab.Properties.{room}."),
    ];

    internal static IEnumerable<Row> Run(string[] arguments)
    {
        var isFull = arguments.Contains("--full");
        var mutants = Chosen(arguments);
        var talk = arguments.Contains("--json") ? TextWriter.Null : Console.Out;
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
        if (arguments.Contains("--check"))
        {
            return Check(mutants, new MutatedCore(root), talk);
        }

        var scratch = Directory.CreateTempSubdirectory("lab-mutants-");
        try
        {
            SpecRun.Build(root);
            var core = new MutatedCore(root);
            var specs = SpecRun.Built(root);
            var runs = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount))
                .Select(i => new SpecRun(specs, Path.Combine(scratch.FullName, i.ToString(CultureInfo.InvariantCulture))))
                .ToArray();
            runs[0].Install(core.Unmutated());
            var names = isFull ? s_rooms : mutants.SelectMany(mutant => mutant.Killers).Distinct().ToArray();
            var start = Stopwatch.GetTimestamp();
            var baseline = runs[0].Run(names, [], s_baselineLimit);
            var limit = Stopwatch.GetElapsedTime(start) + s_patience;
            if (baseline.Killer is not null)
            {
                // Nothing can be said of mutants by specs that fail without one.
                talk.WriteLine($"the specs fail without a mutant: {baseline.Killer}");
                Tally(talk, 0, 1);
                return [Row.Exactly($"specs that fail without a mutant ({baseline.Killer})", 1, "specs", 0)];
            }

            var results = Judge(mutants, core, runs, isFull, limit);
            Print(talk, results);
            Tally(talk, results.Count(result => result.IsFine), results.Count(result => !result.IsFine));
            return Rows(results, baseline.Passed);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static Mutant[] Chosen(string[] arguments)
    {
        string? Value(string key) => Array.Find(arguments, a => a.StartsWith(key, StringComparison.Ordinal))?[key.Length..];
        if (Value("--only=") is { } only)
        {
            var texts = only.Split(',');
            return [.. AllMutants.List.Where(mutant => Array.Exists(texts, text => mutant.Id.Contains(text, StringComparison.Ordinal)))];
        }

        return Value("--part=") is { } part ? Part(long.Parse(part, CultureInfo.InvariantCulture))
            : arguments.Contains("--full") || arguments.Contains("--check") ? AllMutants.List
            : [.. AllMutants.List.Where((_, i) => i % SampledOutOf == 0)];
    }

    /// <summary>Part n takes every k-th mutant from n on, so that it visits many rooms, and k parts visit all that surely die.</summary>
    private static Mutant[] Part(long number)
    {
        var killable = AllMutants.List.Where(mutant => mutant is { Survives: null, ByChance: false }).ToArray();
        var parts = (killable.Length + PartSize - 1) / PartSize;
        return [.. killable.Where((_, i) => i % parts == number % parts)];
    }

    private static IEnumerable<Row> Check(Mutant[] mutants, MutatedCore core, TextWriter talk)
    {
        var problems = new List<string>();
        foreach (var mutant in mutants)
        {
            try
            {
                core.With(mutant);
            }
            catch (MutantException e)
            {
                problems.Add(e.Message);
            }
        }

        problems.ForEach(talk.WriteLine);
        return [Row.Exactly($"mutants that cannot be made, of {mutants.Length}", problems.Count, "mutants", 0)];
    }

    private static Result[] Judge(Mutant[] mutants, MutatedCore core, SpecRun[] runs, bool isFull, TimeSpan limit)
    {
        var results = new Result[mutants.Length];
        var next = -1;
        var workers = runs.Select(run => Task.Factory.StartNew(
            () =>
            {
                for (var i = Interlocked.Increment(ref next); i < mutants.Length; i = Interlocked.Increment(ref next))
                {
                    var start = Stopwatch.GetTimestamp();
                    results[i] = Judge(mutants[i], core, run, isFull, limit);
                    Console.Error.WriteLine(FormattableString.Invariant(
                        $"{mutants[i].Id}: {results[i].Text} ({Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s)"));
                }
            },
            TaskCreationOptions.LongRunning));
        Task.WaitAll([.. workers]);
        return results;
    }

    private static Result Judge(Mutant mutant, MutatedCore core, SpecRun run, bool isFull, TimeSpan limit)
    {
        try
        {
            run.Install(core.With(mutant));
        }
        catch (MutantException e)
        {
            return new Result(mutant, null, e.Message);
        }

        var outcome = run.Run(mutant.Killers, [], limit);
        return new Result(mutant, isFull && outcome.Killer is null ? run.Run(s_rooms, mutant.Killers, limit * 2) : outcome, null);
    }

    private static void Print(TextWriter talk, Result[] results)
    {
        var widest = results.Max(result => result.Mutant.Id.Length);
        foreach (var room in results.GroupBy(result => result.Mutant.Room))
        {
            talk.WriteLine(room.Key);
            foreach (var result in room)
            {
                talk.WriteLine($"  {result.Mutant.Id.PadRight(widest)}  {result.Text}");
            }
        }
    }

    /// <summary>In the words of a test run, for whoever adds such runs up.</summary>
    private static void Tally(TextWriter talk, int fine, int notFine)
    {
        talk.WriteLine($"  failed: {notFine}");
        talk.WriteLine($"  succeeded: {fine}");
    }

    private static IEnumerable<Row> Rows(Result[] results, int specs)
    {
        var made = results.Count(result => result.Outcome is not null);
        var killed = results.Count(result => result.IsKilled);
        yield return new Row("specs that pass without a mutant", specs, "specs");
        yield return Row.Exactly("mutants that cannot be made any more", results.Length - made, "mutants", 0);
        yield return new Row("mutants", made, "mutants");
        yield return new Row("killed", killed, "mutants");
        yield return new Row("of these, killed by the time limit only", results.Count(result => result.Outcome is { TimedOut: true }), "mutants");
        yield return new Row("of these, killed by a counting spec of the lab", results.Count(result => result.Outcome is { Executions: not null }), "mutants");
        yield return new Row("mean executions of those", results.Average(result => result.Outcome?.Executions) ?? 0, "executions");
        yield return new Row("survivors with a reason", results.Count(result => result is { IsKilled: false, Mutant.Survives: not null }), "mutants");
        yield return Row.Exactly("survivors without one", results.Count(result => result is { IsKilled: false, Mutant.Survives: null }), "mutants", 0);
        yield return Row.AtLeast("score", made == 0 ? 0 : Math.Round(100.0 * killed / made, 1), "%", Goal);
    }

    /// <summary>What became of one mutant; without an outcome it could not be made.</summary>
    private sealed record Result(Mutant Mutant, SpecOutcome? Outcome, string? Problem)
    {
        internal bool IsKilled => Outcome is { Killer: not null };

        internal bool IsFine => IsKilled || (Outcome is not null && Mutant.Survives is not null);

        internal string Text => Outcome switch
        {
            null => $"NOT MADE: {Problem}",
            { Killer: { } killer, Executions: { } executions } => $"{killer}, execution {executions}",
            { Killer: { } killer } => killer,
            _ => Mutant.Survives is { } reason ? $"lives: {reason}" : $"LIVES after {Outcome.Passed} specs: {Mutant.Bug}",
        };
    }
}
