using System.Collections.Concurrent;
using System.Diagnostics;
using Lab.Classics;
using Lab.Exploration;
using Lab.Seeds;
using Lab.Strategies;
using Spectre.Console;

namespace Lab.Bench;

/// <summary>
/// <c>bug-table</c>: mean executions to the bug of each classic program, for every strategy, with all tasks at once (A) and spawned one by one (B), beside
/// published figures. By default a sample; <c>--full</c> is 100 seeds of 10,000 executions at most. <c>--write</c>: the table goes into the page.
/// </summary>
internal static class BugTableFigures
{
    private const string Portfolio = "portfolio";

    internal static IEnumerable<Row> Run(string[] args)
    {
        var isFull = args.Contains("--full");
        var writes = args.Contains("--write");
        if (writes && !isFull)
        {
            throw new UsageException($"{BugTable.File} holds the full table: say bug-table --full --write");
        }

        var strategies = BugTable.Strategies();
        var cells = new List<(Classic Program, Spawning Spawning, string Strategy)>();
        foreach (var program in Catalogue.Buggy)
        {
            foreach (var spawning in Enum.GetValues<Spawning>())
            {
                cells.AddRange(strategies.Select(strategy => (program, spawning, strategy)));
            }
        }

        var found = new ConcurrentDictionary<(string, Spawning, string), BugSearch>();
        Parallel.ForEach(
            Partitioner.Create(cells, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            cell =>
            {
                var start = Stopwatch.GetTimestamp();
                var search = found[(cell.Program.Name, cell.Spawning, cell.Strategy)] = Measure(cell.Program, cell.Spawning, cell.Strategy, isFull);
                if (isFull)
                {
                    // Minutes may pass between two of these: whoever waits sees how far it is.
                    Console.Error.WriteLine(FormattableString.Invariant(
                        $"{found.Count} of {cells.Count}: {cell.Program.Name}, {BugTable.Letter(cell.Spawning)}, {cell.Strategy}: {search} ({Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s)"));
                }
            });
        var table = new BugTable(strategies, found);
        if (!args.Contains("--json"))
        {
            Print(table, strategies);
        }

        if (writes)
        {
            table.Write();
        }

        return Rows(cells, found);
    }

    private static BugSearch Measure(Classic classic, Spawning spawning, string strategy, bool isFull)
    {
        var isWhole = isFull || strategy.StartsWith(Portfolio, StringComparison.Ordinal);
        var most = isWhole ? 10_000 : 2_000;
        var seeds = StrategySpec.Parse(strategy).IsSearch ? 1 : isFull ? 100 : 10;
        var (hits, sum) = (0, 0L);
        for (var seed = 1; seed <= seeds; seed++)
        {
            var result = Explorer.Explore(classic.Program(spawning), new ExploreOptions
            {
                Strategy = strategy,
                Executions = most,
                Seed = new Seed((ulong)seed),
                LinearisationSamples = 0,
                Lab = Classic.Options(spawning),
            });
            if (result.Failure is { } failure)
            {
                if (failure.Verdict.Kind != classic.Expected)
                {
                    throw new InvalidOperationException($"{classic.Name}, {strategy}: {failure.Verdict}");
                }

                hits++;
                sum += result.Executions;
            }
        }

        return new BugSearch(seeds, hits, sum);
    }

    private static IEnumerable<Row> Rows(
        List<(Classic Program, Spawning Spawning, string Strategy)> cells, ConcurrentDictionary<(string, Spawning, string), BugSearch> found)
    {
        foreach (var (program, spawning, strategy) in cells)
        {
            var search = found[(program.Name, spawning, strategy)];
            if (search.Hits > 0)
            {
                yield return new Row($"{program.Name}, {BugTable.Letter(spawning)}, {strategy}", search.Mean, $"executions ({search.Hits} of {search.Seeds})");
            }
        }

        yield return Row.AtLeast("programs", Catalogue.Buggy.Count, "programs", 30);
        foreach (var group in cells.GroupBy(static cell => (cell.Spawning, cell.Strategy)))
        {
            var hit = group.Count(cell => found[(cell.Program.Name, cell.Spawning, cell.Strategy)] is { } search && search.Hits == search.Seeds);
            var name = $"programs found with every seed, {BugTable.Letter(group.Key.Spawning)}, {group.Key.Strategy}";
            yield return group.Key.Strategy.StartsWith(Portfolio, StringComparison.Ordinal)
                ? Row.Exactly(name, hit, "programs", Catalogue.Buggy.Count)
                : new Row(name, hit, "programs");
        }
    }

    private static void Print(BugTable results, List<string> strategies)
    {
        var table = new Table { Border = TableBorder.Ascii }.AddColumns("program", "mode").AddColumns([.. strategies]).AddColumn("published");
        foreach (var program in Catalogue.Buggy)
        {
            foreach (var spawning in Enum.GetValues<Spawning>())
            {
                table.AddRow(
                    [program.Name, BugTable.Letter(spawning), .. results.Cells(program, spawning), Markup.Escape(BugTable.Published(program, spawning))]);
            }
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 220);
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(BugTable.Legend);
    }
}
