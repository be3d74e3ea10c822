using System.Diagnostics;

namespace Lab.Bench.HotPaths;

/// <summary>A copy of this program with the Core that counts.</summary>
internal sealed class CountingBench : IDisposable
{
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("lab-counting-");

    internal CountingBench(string root)
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }

        File.WriteAllBytes(Path.Combine(Folder, "Lab.Core.dll"), CountingCore.Compile(root));
    }

    internal string Folder => _copy.FullName;

    /// <summary>Runs the program in <paramref name="folder"/>; the lines that it prints, split at tabs.</summary>
    internal static List<string[]> Lines(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "bench.dll"), .. arguments]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0
            ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))]
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with status {child.ExitCode}");
    }

    public void Dispose() => _copy.Delete(recursive: true);
}
