namespace Lab.Bench;

/// <summary>What the command line asks for: one name, and options that this name knows. Everything else is an error, never ignored.</summary>
internal sealed record Invocation(string Name, bool IsJson)
{
    internal const string Json = "--json";

    /// <param name="args">The command line.</param>
    /// <param name="optionsOf">What a name knows beside <see cref="Json"/>; null when there is no such name.</param>
    /// <exception cref="UsageException">It says what is wrong.</exception>
    internal static Invocation Parse(string[] args, Func<string, string[]?> optionsOf)
    {
        var names = args.Where(IsName).ToArray();
        if (names is not [var name])
        {
            throw new UsageException(names.Length == 0 ? "a name is missing" : $"one name at a time, not {string.Join(" and ", names)}");
        }

        string[] known = [.. optionsOf(name) ?? throw new UsageException($"there is no {name}"), Json];
        foreach (var arg in args)
        {
            if (!IsName(arg) && !Array.Exists(known, option => option.EndsWith('=') ? arg.StartsWith(option, StringComparison.Ordinal) : arg == option))
            {
                throw new UsageException($"{name} has no option {arg}; it has {string.Join(", ", known)}");
            }
        }

        return new Invocation(name, args.Contains(Json));
    }

    private static bool IsName(string arg) => !arg.StartsWith('-');
}
