using Lab.Bench;
using Lab.Classics;
using Lab.Properties.Architecture;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>The page of the classic programs has a cell for every strategy on each of them; <c>bench -- bug-table --full --write</c> writes them.</summary>
[TestFixture]
public sealed class BugTableTests
{
    private static string Page => File.ReadAllText(Path.Combine(SourceFile.RepositoryRoot, BugTable.File));

    [TestCase(0)]
    [TestCase(1)]
    public void The_page_has_a_row_for_every_buggy_program_and_a_cell_for_every_strategy(int mode)
    {
        var rows = Rows(Page, mode);
        Assert.That(rows.Skip(1).Select(row => row[0]), Is.EqualTo(Catalogue.Buggy.Select(program => program.Name)));
        Assert.That(rows[0], Is.EqualTo((string[])["program", .. BugTable.Strategies(), "published"]));
        Assert.That(rows.Select(row => row.Length), Is.All.EqualTo(rows[0].Length));
    }

    [Test]
    public void New_figures_replace_the_old_ones_and_nothing_else()
    {
        var strategies = new[] { "random", "dpor" };
        var searches = new Dictionary<(string, Spawning, string), BugSearch>();
        foreach (var program in Catalogue.Buggy)
        {
            foreach (var spawning in Enum.GetValues<Spawning>())
            {
                searches[(program.Name, spawning, "random")] = new BugSearch(100, 40, 100);
                searches[(program.Name, spawning, "dpor")] = new BugSearch(1, 0, 0);
            }
        }

        var table = new BugTable(strategies, searches);
        var page = table.With(Page);
        var first = Catalogue.Buggy[0];
        Assert.That(Rows(page, 0)[1], Is.EqualTo(new[] { first.Name, "2.5 (40/100)", "-", string.Join(", ", first.Published) }));
        Assert.That(Rows(page, 1)[1], Is.EqualTo(new[] { first.Name, "2.5 (40/100)", "-", "" }));
        Assert.That(table.With(page), Is.EqualTo(page));
        Assert.That(page.Split("<!--")[0], Is.EqualTo(Page.Split("<!--")[0]));
        Assert.That(() => table.With("# Executions to the bug"), Throws.InvalidOperationException.With.Message.Contains("marks"));
    }

    private static List<string[]> Rows(string page, int mode) =>
        [.. page.Split("\n### ")[mode + 1].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line[2..^2].Split(" | ").Select(cell => cell.Trim()).ToArray())];
}
