using System.Globalization;
using Lab.Bench.HotPaths;

namespace Lab.Bench.Contention;

/// <summary>
/// <c>contention</c>: what workers contend on when there are 1, 2, 4, 8 and 16 of them, in a copy of Core that counts gates found occupied and
/// compare-exchanges that failed. docs/hot-paths.md explains the bends.
/// </summary>
internal static class ContentionFigures
{
    internal static IEnumerable<Row> Run()
    {
        var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../.."));
        using var copy = new CountingBench(root);
        foreach (var line in CountingBench.Lines(copy.Folder, ContentionChild.Name))
        {
            var values = line[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            yield return new Row($"{line[0]}: rate", values[0], "1/s") { Spread = (values[1], values[2]) };
            yield return new Row($"{line[0]}: gates found occupied, in 1,000 operations", values[3], "");
            yield return new Row($"{line[0]}: failed exchanges, in 1,000 operations", values[4], "");
            yield return new Row($"{line[0]}: sleeps, in 1,000 operations", values[5], "");
        }
    }
}
