namespace Lab.Bench.Mutants;

/// <summary>
/// One defect of <c>src/Core</c>, made by replacing one piece of text. A mutant changes bodies only, never a signature or a constant that others
/// compile in, so that the specs need not be built again.
/// </summary>
/// <param name="Id">Short, in kebab case; unique.</param>
/// <param name="Bug">The defect it stands for, in the words of the list of known bugs.</param>
/// <param name="File">Relative to <c>src/Core</c>.</param>
/// <param name="Original">Found exactly once in that file; indentation does not count.</param>
/// <param name="Replacement">What stands there instead.</param>
/// <param name="Killers">Parts of full test names, such as <c>NotifySpec(Explored)</c>: the specs that kill it.</param>
internal sealed record Mutant(string Id, string Bug, string File, string Original, string Replacement, params string[] Killers)
{
    /// <summary>Why no spec can kill it; null when one must.</summary>
    internal string? Survives { get; init; }

    /// <summary>Only threads that meet in a short moment show it: nearly always, but no build may depend on that.</summary>
    internal bool ByChance { get; init; }

    internal string Room => File[..File.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The mutated text of its file.</summary>
    /// <exception cref="MutantException">The original text is not there exactly once: Core has changed, and the mutant must follow.</exception>
    internal string Apply(string source)
    {
        var (text, original) = (WithoutIndentation(source), WithoutIndentation(Original));
        var first = text.IndexOf(original, StringComparison.Ordinal);
        if (first < 0)
        {
            throw new MutantException($"mutant {Id} no longer applies: src/Core/{File} does not contain\n{Original}");
        }

        if (text.IndexOf(original, first + 1, StringComparison.Ordinal) >= 0)
        {
            throw new MutantException($"mutant {Id} is ambiguous: src/Core/{File} contains this more than once:\n{Original}");
        }

        return $"{text[..first]}{Replacement}{text[(first + original.Length)..]}";
    }

    private static string WithoutIndentation(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimStart()));
}
