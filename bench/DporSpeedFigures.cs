using Lab.Classics;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;
using Lab.Strategies.Dpor;

namespace Lab.Bench;

/// <summary>
/// <c>dpor-speed</c>: executions per second of DPOR and of depth-first search, and their share of the random walk's on the same program. An execution of
/// DPOR also finds its races; one of depth-first search and one of the random walk do not.
/// </summary>
internal static class DporSpeedFigures
{
    private const int Slice = 2000;

    internal static IEnumerable<Row> Run()
    {
        foreach (var classic in new[]
        {
            TracePrograms.Readers(12), TracePrograms.Increments(3, 4), TracePrograms.LockedIncrements(3, 4), TracePrograms.LastZero(15),
            TracePrograms.Indexer(15), TracePrograms.FileSystem(26),
        })
        {
            foreach (var row in Compare(classic))
            {
                yield return row;
            }
        }
    }

    private static IEnumerable<Row> Compare(Classic classic)
    {
        var program = classic.Program(Spawning.AllAtOnce);
        var seed = 0UL;
        var walk = new RandomWalk();
        long Walk(LabEngine engine)
        {
            for (var i = 0; i < Slice; i++)
            {
                engine.Run(program, walk, new Seed(++seed), 1);
            }

            return Slice;
        }

        var lab = new LabEngine(Classic.Options(Spawning.AllAtOnce));
        foreach (var (name, make) in new (string, Func<Strategy>)[] { ("dpor", static () => new OptimalDpor()), ("dfs", static () => new DepthFirst()) })
        {
            var search = make();
            var (rate, random, share) = Slices.Compare(
                () =>
                {
                    for (var i = 0; i < Slice; i++)
                    {
                        search = search.IsExhausted ? make() : search;
                        lab.Run(program, search, default, 1);
                    }

                    return Slice;
                },
                () => Walk(lab),
                slices: 7);
            yield return new Row($"executions/s, {name}, {classic.Name}", Math.Round(rate), "1/s");
            if (name == "dpor")
            {
                yield return new Row($"executions/s, random walk, {classic.Name}", Math.Round(random), "1/s");
            }

            yield return new Row($"share of random walk, {name}, {classic.Name}", Math.Round(share, 2), "x");
        }
    }
}
