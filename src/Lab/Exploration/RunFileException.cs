namespace Lab.Exploration;

/// <summary>A file of a run (<see cref="ExploreOptions.RunFile"/>) cannot be used.</summary>
public sealed class RunFileException : Exception
{
    internal RunFileException(string path, string reason)
        : base($"{path} is not a usable file of a run: {reason}.")
    {
    }
}
