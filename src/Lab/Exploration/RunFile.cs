using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.Versioning;
using System.Text;
using Lab.Traces;

namespace Lab.Exploration;

/// <summary>
/// Stores runs: one line that says what it is, of which version, how long and with which checksum, then the compressed content. A file that was cut or
/// changed is refused. Equal states give equal content.
/// </summary>
[UnsupportedOSPlatform("browser")]
internal static class RunFile
{
    internal const string Magic = "lab-run";

    internal const int Version = 4;

    // A million fingerprints are 24 MB; failures have their traces with them.
    private const int MaxBytes = 1 << 30;
    private const int MaxHead = 100;

    /// <summary>Writes the file, whose folder is made if need be, as a whole: no reader sees half of it.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    internal static void Save(RunState state, string path)
    {
        var content = new MemoryStream();
        using (var deflate = new BrotliStream(content, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new BinaryWriter(deflate, Encoding.UTF8))
        {
            RunStateFormat.Write(writer, state);
        }

        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        var head = string.Create(CultureInfo.InvariantCulture, $"{Magic} {Version} {bytes.Length} {XxHash64.HashToUInt64(bytes.Span):x16}\n");
        WholeFile.Write(path, Encoding.ASCII.GetBytes(head), bytes);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="RunFileException">It is not such a file, is damaged, or is of another version.</exception>
    /// <exception cref="IOException">The file cannot be read; <see cref="FileNotFoundException"/> if there is none.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be read, or is a folder.</exception>
    internal static RunState Load(string path)
    {
        using var file = File.OpenRead(path);
        return Read(file, path);
    }

    internal static RunState Read(Stream file, string path)
    {
        var (length, checksum) = ReadHead(file, path);
        var bytes = new byte[length];
        if (file.ReadAtLeast(bytes, length, throwOnEndOfStream: false) < length || file.ReadByte() >= 0)
        {
            throw new RunFileException(path, "it is not as long as it says: it was cut, or something was added");
        }

        if (XxHash64.HashToUInt64(bytes) != checksum)
        {
            throw new RunFileException(path, "its checksum is another: it was changed, or damaged on the way");
        }

        try
        {
            using var reader = new BinaryReader(new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress), Encoding.UTF8);
            return RunStateFormat.Read(reader);
        }
        catch (Exception e) when (e is FormatException or IOException or InvalidDataException or InvalidOperationException or ArgumentException or OverflowException or OutOfMemoryException)
        {
            throw new RunFileException(path, $"its content is not that of a run ({e.Message.TrimEnd('.')})");
        }
    }

    private static (int Length, ulong Checksum) ReadHead(Stream file, string path)
    {
        var head = new StringBuilder();
        int c;
        while ((c = file.ReadByte()) is not (-1 or '\n') && head.Length < MaxHead)
        {
            head.Append((char)c);
        }

        if (head.ToString().Split(' ') is not [Magic, var version, var length, var checksum])
        {
            throw new RunFileException(path, "it does not begin as one");
        }

        if (version != Version.ToString(CultureInfo.InvariantCulture))
        {
            throw new RunFileException(path, $"it is of version {version}, and this is a lab for version {Version}");
        }

        return int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes <= MaxBytes
            && ulong.TryParse(checksum, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sum)
            ? (bytes, sum)
            : throw new RunFileException(path, "its first line is damaged");
    }
}
