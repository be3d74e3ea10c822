using System.Globalization;
using System.Text;
using Lab.Classics;
using Lab.Strategies;

namespace Lab.Bench;

/// <summary>What the runs of one strategy on one program came to: how many runs found the bug, and in how many executions all of those together.</summary>
internal sealed record BugSearch(int Seeds, int Hits, long Executions)
{
    internal double Mean => (double)Executions / Hits;

    public override string ToString() => Hits == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{Mean:0.#}{(Hits == Seeds ? "" : $" ({Hits}/{Seeds})")}");
}

/// <summary>The table of <see cref="BugTableFigures"/>: for the terminal, and for <c>docs/bug-table.md</c>.</summary>
internal sealed class BugTable(IReadOnlyList<string> strategies, IReadOnlyDictionary<(string Program, Spawning Spawning, string Strategy), BugSearch> found)
{
    internal const string File = "docs/bug-table.md";

    internal const string Legend =
        "Mean executions to the bug where it was found; -: never; (h/s): in h of s runs only. A: all tasks at once. B: one by one.";

    private static readonly CommandBlock s_block = new("bug-table --full --write");

    /// <summary>Every strategy that a text can name with its own defaults, and the bounded form of the exhaustive one.</summary>
    internal static List<string> Strategies()
    {
        var names = new List<string>();
        foreach (var name in StrategySpec.Known.Where(static name => name != NonPreemptive.Name))
        {
            names.Add(name == RandomWalk.Name ? name : StrategySpec.Parse(name).ToString());
            if (name == DepthFirst.Name)
            {
                names.Add("dfs:preemptions=0..3");
            }
        }

        return names;
    }

    internal static string Letter(Spawning spawning) => spawning == Spawning.AllAtOnce ? "A" : "B";

    internal void Write()
    {
        var file = Path.Combine(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../..")), File);
        System.IO.File.WriteAllText(file, With(System.IO.File.ReadAllText(file)));
    }

    /// <summary>The page with this table.</summary>
    internal string With(string page)
    {
        var text = new StringBuilder(Legend).Append('\n');
        foreach (var spawning in Enum.GetValues<Spawning>())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {Letter(spawning)}\n\n| program | {string.Join(" | ", strategies)} | published |\n");
            text.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(strategies.Select(static _ => "---:|"))}---|\n");
            foreach (var program in Catalogue.Buggy)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {program.Name} | {string.Join(" | ", Cells(program, spawning))} | {Published(program, spawning)} |\n");
            }
        }

        return s_block.With(page, text.ToString());
    }

    internal IEnumerable<string> Cells(Classic program, Spawning spawning) =>
        strategies.Select(strategy => found[(program.Name, spawning, strategy)].ToString());

    internal static string Published(Classic program, Spawning spawning) =>
        spawning == Spawning.OneByOne ? "" : string.Join(", ", program.Published);
}
