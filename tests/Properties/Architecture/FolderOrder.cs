using System.Text.RegularExpressions;

namespace Lab.Properties.Architecture;

/// <summary>The order of an assembly's folders: each may name only itself and those before it.</summary>
internal sealed class FolderOrder
{
    /// <summary>Core: from what knows nothing to what a user holds in hand.</summary>
    internal static readonly FolderOrder Core = new(
        "src/Core", "Lab.Core", ["Observing", "Memory", "Time", "Cancellation", "Scheduling", "Tasks", "Sync", "Channels"]);

    /// <summary>Lab: the arrows of the flow, seed to report.</summary>
    internal static readonly FolderOrder Lab = new(
        "src/Lab", "Lab", ["Seeds", "Sharing", "Causality", "Traces", "Strategies", "Oracles", "Execution", "Exploration", "Linearizability", "Shrinking", "Reports"]);

    private readonly string _root;
    private readonly string _namespace;
    private readonly string[] _folders;
    private readonly Regex _qualified;
    private readonly Regex _relative;

    private FolderOrder(string root, string rootNamespace, string[] folders)
    {
        _root = root;
        _namespace = rootNamespace;
        _folders = folders;
        var names = string.Join('|', folders);
        // "Lab.Core.X" in full, in a using directive or anywhere else; from inside namespace Lab also "Core.X".
        var prefix = rootNamespace == "Lab" ? @"Lab\s*\." : @"(?:Lab\s*\.\s*)?Core\s*\.";
        _qualified = new Regex($@"(?<![\w.])(?:global::\s*)?{prefix}\s*(?<folder>{names})\b");
        // "X.Type": a namespace relative to the enclosing one. Whether it is one, and not a property called X, depends on Type.
        _relative = new Regex($@"(?<![\w.]|::)(?<folder>{names})\s*\.\s*(?<type>[A-Z]\w*)");
    }

    /// <summary>Every breach of the order in <paramref name="files"/>, which are all the files of the assembly.</summary>
    internal IEnumerable<string> Breaches(IReadOnlyList<SourceFile> files)
    {
        var types = files.Select(file => (Folder: FolderOf(file), Type: Path.GetFileNameWithoutExtension(file.Path))).ToHashSet();
        return files.SelectMany(file => Misplaced(file).Concat(Upward(file, types)));
    }

    private IEnumerable<string> Misplaced(SourceFile file)
    {
        var folder = FolderOf(file);
        if (folder.Length > 0 && !_folders.Contains(folder))
        {
            yield return $"{file.Path}: the folder {folder} has no place in the order";
        }

        var expected = folder.Length == 0 ? _namespace : $"{_namespace}.{folder}";
        foreach (Match match in Regex.Matches(file.Code, @"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline))
        {
            var name = match.Groups["name"].Value;
            if (name != expected && !name.StartsWith(expected + ".", StringComparison.Ordinal) && !name.StartsWith("System.", StringComparison.Ordinal))
            {
                yield return file.At(match.Groups["name"].Index, $"namespace {name}, expected {expected}");
            }
        }
    }

    private IEnumerable<string> Upward(SourceFile file, HashSet<(string Folder, string Type)> types)
    {
        var own = Array.IndexOf(_folders, FolderOf(file));
        var named = _qualified.Matches(file.Code)
            .Concat(_relative.Matches(file.Code).Where(match => types.Contains((match.Groups["folder"].Value, match.Groups["type"].Value))));
        foreach (var match in named)
        {
            var folder = match.Groups["folder"].Value;
            if (Array.IndexOf(_folders, folder) > own)
            {
                yield return file.At(match.Index, own < 0 ? $"the root names {folder}" : $"{_folders[own]} names {folder}, which comes after it");
            }
        }
    }

    /// <summary>The first folder below the root; empty for a file of the root itself.</summary>
    private string FolderOf(SourceFile file)
    {
        var parts = file.Path[(_root.Length + 1)..].Split('/');
        return parts.Length == 1 ? "" : parts[0];
    }
}
