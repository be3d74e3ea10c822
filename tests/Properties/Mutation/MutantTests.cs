using Lab.Bench.Mutants;
using Lab.Properties.Architecture;
using NUnit.Framework;

namespace Lab.Properties.Mutation;

/// <summary>The mutation bench's list follows Core: a mutant that does not apply any more would be a known bug that nobody looks for.</summary>
[TestFixture]
public sealed class MutantTests
{
    private static IEnumerable<string> Ids => AllMutants.List.Select(mutant => mutant.Id);

    [Test]
    public void Every_mutant_has_an_id_of_its_own() => Assert.That(Ids, Is.Unique);

    [TestCaseSource(nameof(Ids))]
    public void It_applies_to_the_source_as_it_is(string id)
    {
        var mutant = AllMutants.List.Single(candidate => candidate.Id == id);
        var source = File.ReadAllText(Path.Combine(SourceFile.RepositoryRoot, "src", "Core", mutant.File));
        Assert.That(() => mutant.Apply(source), Throws.Nothing);
        Assert.That(mutant.Killers, Is.Not.Empty);
    }

    [Test]
    public void Text_that_is_missing_or_there_twice_is_refused()
    {
        var mutant = new Mutant("id", "bug", "Room/File.cs", "a;\nb;", "c;");
        Assert.That(mutant.Apply("x;\n    a;\n    b;\ny;"), Is.EqualTo("x;\nc;\ny;"));
        Assert.That(() => mutant.Apply("a;"), Throws.TypeOf<MutantException>().With.Message.Contains("no longer applies"));
        Assert.That(() => mutant.Apply("a;\nb;\na;\nb;"), Throws.TypeOf<MutantException>().With.Message.Contains("more than once"));
    }
}
