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
        using var copy = new CountingBench(root);
        var counted = Lines(copy.Folder);
        return [.. measured.Zip(counted, (cost, count) => new HotPathFigure(cost[0], cost[1], Number(cost[2]), Number(cost[3]), Number(count[2]), Number(count[3])))];
    }

    private static List<string[]> Lines(string folder) =>
        [.. CountingBench.Lines(folder, HotPathChild.Name, HotPathChild.Native), .. CountingBench.Lines(folder, HotPathChild.Name, HotPathChild.InLab)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Machine() => string.Create(
        CultureInfo.InvariantCulture,
        $"Measured with {RuntimeInformation.FrameworkDescription} on {Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture}).");
}
