namespace Lab.Cli;

/// <summary>Looks before long work whether its result can be written; what is not there yet is not made.</summary>
internal static class OutputPlace
{
    /// <summary>The folder that an option names, or the nearest one above it that is there, takes a file.</summary>
    internal static void CheckFolder(string option, string folder)
    {
        try
        {
            Probe(Path.GetFullPath(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"nothing can be written to the folder {folder} ({e.Message.TrimEnd('.')}): name another with {option}.");
        }
    }

    /// <summary>The file that an option names can be written, and is no folder.</summary>
    internal static void CheckFile(string option, string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException($"{path} is a folder: name a file with {option}.");
        }

        try
        {
            Probe(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{path} cannot be written ({e.Message.TrimEnd('.')}): name another file with {option}.");
        }
    }

    // Whatever the file system's rules are, it is asked by doing it.
    private static void Probe(string folder)
    {
        var existing = folder;
        while (!Directory.Exists(existing) && !File.Exists(existing) && Path.GetDirectoryName(existing) is { } above)
        {
            existing = above;
        }

        using var probe = new FileStream(
            Path.Combine(existing, $".lab-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
    }
}
