using System.Globalization;
using System.Runtime.InteropServices;

namespace Lab.Bench.HotPaths;

/// <summary>
/// <c>hot-paths</c>: what one operation of each hot path costs: time and bytes in Core as it is built, gates and interlocked operations in a copy
/// that counts them. <c>--write</c>: the figures go into the page. <c>--check</c>: nothing is measured; the copy compiles and the page is whole.
/// </summary>
internal static class HotPathFigures
{
    /// <summary>Processes that measure: where one lies in memory and on the processors moves its figures, so the median of them counts.</summary>
    private const int Processes = 3;

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
        var measured = Enumerable.Range(0, Processes).Select(_ => Lines(AppContext.BaseDirectory)).ToList();
        using var copy = new CountingBench(root);
        return [.. Lines(copy.Folder).Select((count, i) => new HotPathFigure(count[0], count[1], Cost(i, 2), Cost(i, 3), Number(count[2]), Number(count[3])))];

        double Cost(int path, int figure) => Slices.Median([.. measured.Select(lines => Number(lines[path][figure]))]);
    }

    private static List<string[]> Lines(string folder) =>
        [.. CountingBench.Lines(folder, HotPathChild.Name, HotPathChild.Native), .. CountingBench.Lines(folder, HotPathChild.Name, HotPathChild.InLab)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"Measured with {RuntimeInformation.FrameworkDescription} on {Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture}).");
}
