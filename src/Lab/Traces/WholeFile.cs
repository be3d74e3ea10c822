using System.Globalization;

namespace Lab.Traces;

/// <summary>Files that are there as a whole or not at all: no reader sees half of one, and where there is no room for one nothing of it is left.</summary>
internal static class WholeFile
{
    private static long s_written;

    /// <summary>Replaces the file, whose folder is made if need be.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    internal static void Write(string path, params ReadOnlySpan<ReadOnlyMemory<byte>> content)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);

        // Of this call alone: who writes the same file at the same time, perhaps in another process, must not find or forget the half of this one.
        var partial = string.Create(CultureInfo.InvariantCulture, $"{full}.{Environment.ProcessId}-{Interlocked.Increment(ref s_written)}.partial");
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
