using System.Globalization;

namespace Lab.Cli;

/// <summary>
/// Source lines by call site (<c>Bank.cs:14</c>). Traces hold no paths, so a file is looked for by its name under a folder, and taken only if there is
/// exactly one of that name: a wrong line would be worse than none.
/// </summary>
internal sealed class SourceLines(string folder)
{
    private const int MostFiles = 50_000;
    private static readonly string[] s_skipped = ["bin", "obj", "artifacts", "node_modules"];

    private readonly Dictionary<string, string[]?> _files = new(StringComparer.Ordinal);
    private ILookup<string, string>? _paths;

    /// <summary>The line without its indentation; null where it is not known.</summary>
    internal string? Find(string site)
    {
        var colon = site.LastIndexOf(':');
        return colon > 0 && int.TryParse(site.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            && Lines(site[..colon]) is { } lines && line >= 1 && line <= lines.Length
            ? lines[line - 1].Trim()
            : null;
    }

    private string[]? Lines(string name)
    {
        if (_files.TryGetValue(name, out var known))
        {
            return known;
        }

        try
        {
            _paths ??= Paths().ToLookup(static path => Path.GetFileName(path), StringComparer.Ordinal);
            known = _paths[name].ToList() is [var only] ? File.ReadAllLines(only) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            known = null;
        }

        return _files[name] = known;
    }

    private IEnumerable<string> Paths()
    {
        var count = 0;
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out var next))
        {
            foreach (var path in Directory.EnumerateFiles(next, "*.cs"))
            {
                if (++count > MostFiles)
                {
                    yield break;
                }

                yield return path;
            }

            foreach (var inner in Directory.EnumerateDirectories(next))
            {
                var name = Path.GetFileName(inner);
                if (!name.StartsWith('.') && !s_skipped.Contains(name, StringComparer.OrdinalIgnoreCase))
                {
                    folders.Push(inner);
                }
            }
        }
    }
}
