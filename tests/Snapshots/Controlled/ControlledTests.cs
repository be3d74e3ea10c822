using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using VerifyNUnit;

namespace Lab.Snapshots.Controlled;

/// <summary>
/// docs/controlled.md says what the lab does about each construct of the BCL, and this is how it knows: the constructs are run. To accept a difference,
/// run the tests with <c>VERIFY_ACCEPT=1</c>, and read what changed.
/// </summary>
[TestFixture]
internal sealed partial class ControlledTests
{
    private static readonly string s_path = Path.Combine(
        typeof(ControlledTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(static item => item.Key == "RepositoryRoot").Value!, "docs", "controlled.md");

    private static readonly Dictionary<string, Construct[]> s_tables = new()
    {
        ["waiting"] = Waiting.All,
        ["time"] = Time.All,
        ["leaving"] = Leaving.All,
        ["blocking"] = Blocking.All,
        ["values"] = Values.All,
        ["libraries"] = Libraries.All,
    };

    private static IEnumerable<string> Tables => s_tables.Keys;

    [TestCaseSource(nameof(Tables))]
    public void The_document_shows_what_the_lab_does(string table)
    {
        string[] lines = ["| construct | in the lab | others come in | instead |", "|---|---|---|---|", .. s_tables[table].Select(Trial.Row)];
        var received = string.Join('\n', lines);
        var document = File.ReadAllText(s_path);
        var shown = Table().Matches(document).Single(match => match.Groups[1].Value == table).Groups[2];
        if (shown.Value != received && Verifier.IsAccepting(Environment.GetEnvironmentVariable))
        {
            File.WriteAllText(s_path, document[..shown.Index] + received + document[(shown.Index + shown.Length)..]);
            return;
        }

        Assert.That(shown.Value.Split('\n'), Is.EqualTo(lines));
    }

    [Test]
    public void The_document_has_these_tables_and_no_others() =>
        Assert.That(Table().Matches(File.ReadAllText(s_path)).Select(static match => match.Groups[1].Value), Is.EqualTo(Tables));

    [Test]
    public void No_construct_is_named_twice() => Assert.That(s_tables.Values.SelectMany(static rows => rows).Select(static row => row.Name), Is.Unique);

    [GeneratedRegex(@"<!-- table: (\w+) -->\n(.*?)\n\n", RegexOptions.Singleline)]
    private static partial Regex Table();
}
