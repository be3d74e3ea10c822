namespace Lab.Traces;

/// <summary>Files that are there as a whole or not at all: no reader sees half of one, and where there is no room for one nothing of it is left.</summary>
internal static class WholeFile
{
    /// <summary>Replaces the file, whose folder is made if need be.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    internal static void Write(string path, params ReadOnlySpan<ReadOnlyMemory<byte>> content)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var partial = full + ".partial";
        try
        {
            using (var file = File.Create(partial))
            {
                foreach (var bytes in content)
                {
                    file.Write(bytes.Span);
                }
            }

            File.Move(partial, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Forget(partial);
            throw;
        }
    }

    /// <summary>What is wrong has been said: that this fails as well changes nothing.</summary>
    private static void Forget(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
