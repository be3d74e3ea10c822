using System.Text.RegularExpressions;
using Lab.Properties.Architecture;
using NUnit.Framework;

namespace Lab.Properties.Documents;

/// <summary>What the documents show is compiled, and what they point to is there.</summary>
[TestFixture]
public sealed partial class DocumentTests
{
    private static readonly string s_root = SourceFile.RepositoryRoot;

    /// <summary>Paths from the root: what <c>docs/</c> holds, and the pages of the packages.</summary>
    private static IEnumerable<string> Documents() => Directory.GetFiles(Path.Combine(s_root, "docs"), "*.md")
        .Concat(Directory.GetDirectories(Path.Combine(s_root, "src")).Select(static folder => Path.Combine(folder, "README.md")).Where(File.Exists))
        .Select(static path => Path.GetRelativePath(s_root, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Documents))]
    public void Every_piece_of_code_in_a_document_is_compiled_with_the_tests_or_the_samples(string document)
    {
        var compiled = new[] { "tests/Properties/Documents", "samples" }
            .SelectMany(static folder => Directory.GetFiles(Path.Combine(s_root, folder), "*.cs"))
            .Select(static path => Bare(File.ReadAllText(path))).ToList();
        foreach (Match block in CodeBlock().Matches(Text(document)))
        {
            var code = block.Groups[1].Value;
            Assert.That(compiled.Exists(source => source.Contains(Bare(code), StringComparison.Ordinal)), $"in no compiled file:\n{code}");
        }
    }

    [TestCaseSource(nameof(Documents))]
    public void Every_file_that_a_document_links_to_is_there(string document)
    {
        foreach (Match link in Link().Matches(Text(document)))
        {
            var target = link.Groups[1].Value.Split('#')[0];
            Assert.That(target.Length == 0 || Path.Exists(Path.Combine(s_root, Path.GetDirectoryName(document)!, target)), $"{document} links to {target}, which is not there");
        }
    }

    [Test]
    public void The_readme_links_to_every_document() =>
        Assert.That(Documents().Where(static document => document.StartsWith("docs/", StringComparison.Ordinal)
            && !File.ReadAllText(Path.Combine(s_root, "README.md")).Contains(document, StringComparison.Ordinal)), Is.Empty);

    private static string Text(string document) => File.ReadAllText(Path.Combine(s_root, document));

    /// <summary>Without what only lays it out.</summary>
    private static string Bare(string code) => Space().Replace(code, " ").Trim();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\(((?!https?:)[^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
