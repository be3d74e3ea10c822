using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Lab.Bench.HotPaths;

/// <summary>
/// <c>hot-paths</c>: what one operation of each hot path costs: time and bytes in Core as it is built, gates and interlocked operations in a copy
/// that counts them. <c>--write</c>: the figures go into the page. <c>--check</c>: nothing is measured; the copy compiles and the page is whole.
/// </summary>
internal static class HotPathFigures
{
    private static readonly string[] s_allocating = ["task record", "cancel token"];

    internal static IEnumerable<Row> Run(string[] arguments)
    {
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
        var file = Path.Combine(root, HotPathPage.File);
        var page = System.IO.File.ReadAllText(file);
        if (arguments.Contains("--check"))
        {
            yield return new Row("the copy of Core that counts", CountingCore.Compile(root).Length, "B");
            yield return Problems();
            yield break;
        }

        var figures = Measure(root);
        if (arguments.Contains("--write"))
        {
            page = HotPathPage.With(page, figures, Machine());
            System.IO.File.WriteAllText(file, page);
        }

        foreach (var figure in figures)
        {
            yield return new Row($"{figure.Path}: {figure.Operation}", figure.Nanoseconds, "ns");
            yield return s_allocating.Contains(figure.Path)
                ? new Row($"{figure.Path}, allocated", figure.Bytes, "B")
                : Row.Exactly($"{figure.Path}, allocated", figure.Bytes, "B", 0);
            yield return new Row($"{figure.Path}, gates entered", figure.Gates, "gates");
            yield return new Row($"{figure.Path}, other interlocked operations", figure.Exchanges, "operations");
        }

        yield return Problems();

        Row Problems() => Row.Exactly($"what is wrong with {HotPathPage.File}", HotPathPage.Problems(page).Count, "rows", 0);
    }

    private static List<HotPathFigure> Measure(string root)
    {
        var measured = Lines(AppContext.BaseDirectory);
        var copy = Directory.CreateTempSubdirectory("lab-hot-paths-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            {
                System.IO.File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
            }

            System.IO.File.WriteAllBytes(Path.Combine(copy.FullName, "Lab.Core.dll"), CountingCore.Compile(root));
            var counted = Lines(copy.FullName);
            return [.. measured.Zip(counted, (cost, count) => new HotPathFigure(cost[0], cost[1], Number(cost[2]), Number(cost[3]), Number(count[2]), Number(count[3])))];
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private static List<string[]> Lines(string folder) => [.. Child(folder, HotPathChild.Native), .. Child(folder, HotPathChild.InLab)];

    private static List<string[]> Child(string folder, string host)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "bench.dll"), HotPathChild.Name, host]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0
            ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))]
            : throw new InvalidOperationException($"{HotPathChild.Name} {host} ended with status {child.ExitCode}");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"Measured with {RuntimeInformation.FrameworkDescription} on {Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture}).");
}
