using NUnit.Framework;

namespace Lab.Properties.Architecture;

/// <summary>One concept per file; a famous bug fits on a screen or two.</summary>
[TestFixture]
public sealed class FileSizeTests
{
    [Test]
    public void No_file_is_longer_than_600_lines() => Assert.That(LongerThan(600, SourceFile.In("src", "tests", "bench")), Is.Empty);

    [Test]
    public void Every_sample_is_under_100_lines() => Assert.That(LongerThan(99, SourceFile.In("samples")), Is.Empty);

    [TestCase("", 1)]
    [TestCase("a", 1)]
    [TestCase("a\n", 1)]
    [TestCase("a\nb", 2)]
    [TestCase("a\n\nb\n", 3)]
    public void Lines_are_counted_as_an_editor_does(string text, int lines) => Assert.That(new SourceFile("x.cs", text).LineCount, Is.EqualTo(lines));

    private static IEnumerable<string> LongerThan(int limit, IEnumerable<SourceFile> files) =>
        files.Where(file => file.LineCount > limit).Select(file => $"{file.Path}: {file.LineCount} lines");
}
