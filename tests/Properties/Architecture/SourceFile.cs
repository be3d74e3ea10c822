using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Lab.Properties.Architecture;

/// <summary>A C# file of the repository, as the architecture tests read it.</summary>
/// <param name="Path">Relative to the root of the repository, with forward slashes.</param>
/// <param name="Text">As it is on disk.</param>
internal sealed partial record SourceFile(string Path, string Text)
{
    private string? _code;

    /// <summary>The text with every comment and every string and character literal blanked; line numbers are kept.</summary>
    internal string Code => _code ??= Noise().Replace(Text, noise => new string('\n', noise.Value.Count(c => c == '\n')) + " ");

    internal int LineCount => Text.AsSpan().TrimEnd('\n').Count('\n') + 1;

    internal static string RepositoryRoot { get; } = typeof(SourceFile).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == "RepositoryRoot").Value!;

    /// <summary>Every C# file below <paramref name="folders"/>, in path order; fails when a folder holds none, so that no rule passes vacuously.</summary>
    internal static IReadOnlyList<SourceFile> In(params string[] folders)
    {
        var files = new List<SourceFile>();
        foreach (var folder in folders)
        {
            var paths = Directory.GetFiles(System.IO.Path.Combine(RepositoryRoot, folder), "*.cs", SearchOption.AllDirectories);
            Assert.That(paths, Is.Not.Empty, $"no sources in {folder}");
            files.AddRange(paths.Select(Read));
        }

        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    /// <summary>Where <paramref name="pattern"/> occurs in the code, as <c>path(line): what</c>.</summary>
    internal IEnumerable<string> Find(Regex pattern) => pattern.Matches(Code).Select(match => At(match.Index, match.Value.Trim()));

    internal string At(int index, string what) => $"{Path}({Code.AsSpan(0, index).Count('\n') + 1}): {what}";

    private static SourceFile Read(string path) =>
        new(System.IO.Path.GetRelativePath(RepositoryRoot, path).Replace('\\', '/'), File.ReadAllText(path));

    // In the order a lexer meets them: whichever starts first wins, so "//" in a string is no comment and a quote in a comment no string.
    [GeneratedRegex("""
        //[^\n]* | /\*.*?\*/
        | \$*(?<raw>"{3,}).*?\k<raw>"*
        | (\$@|@\$?)"(""|[^"])*"
        | \$?"(\\.|[^"\\\n])*"
        | '(\\[^\n]|[^'\\\n])[^'\n]{0,8}'
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Noise();
}
