using Lab.Bench.HotPaths;
using Lab.Properties.Architecture;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>The page of the hot paths has a row of figures and a section for each of them; <c>bench -- hot-paths --write</c> writes the rows.</summary>
[TestFixture]
public sealed class HotPathTests
{
    private static string Page => File.ReadAllText(Path.Combine(SourceFile.RepositoryRoot, HotPathPage.File));

    [Test]
    public void The_page_has_figures_and_answers_for_every_hot_path() => Assert.That(HotPathPage.Problems(Page), Is.Empty);

    [Test]
    public void New_figures_replace_the_old_ones_and_nothing_else()
    {
        var figures = HotPathPage.Names.Select(name => new HotPathFigure(name, "one", 1.5, 0, 2, 0.25)).ToList();
        var page = HotPathPage.With(Page, figures, "Measured here.");
        Assert.That(HotPathPage.Problems(page), Is.Empty);
        Assert.That(page, Does.Contain("\n| poll loop | one | 1.5 | 0 | 2 | 0.25 |\n"));
        Assert.That(HotPathPage.With(page, figures, "Measured here."), Is.EqualTo(page));
        Assert.That(page.Split("\n## ").Skip(1), Is.EqualTo(Page.Split("\n## ").Skip(1)));
    }

    [Test]
    public void A_missing_row_a_figure_that_is_none_and_a_missing_answer_are_seen()
    {
        var figures = HotPathPage.Names.Select(name => new HotPathFigure(name, "one", 1.5, 0, 2, 0.25)).ToList();
        var page = HotPathPage.With(Page, figures, "Measured here.");
        Assert.That(HotPathPage.Problems(HotPathPage.With(page, figures[1..], "Measured here.")), Has.Count.EqualTo(1).And.All.Contains("the table has the rows"));
        Assert.That(HotPathPage.Problems(page.Replace("| channel | one | 1.5 |", "| channel | one | fast |", StringComparison.Ordinal)), Is.EqualTo(new[] { "channel: no row of figures" }));
        Assert.That(
            HotPathPage.Problems(page.Replace(HotPathPage.Answers[1], "", StringComparison.Ordinal)),
            Is.EqualTo(HotPathPage.Names.Select(name => $"{name}: no section that answers {HotPathPage.Answers[1]}")));
        Assert.That(HotPathPage.Problems("# Hot paths"), Has.Count.EqualTo(1).And.All.Contains("marks"));
    }
}
