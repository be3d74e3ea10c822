using Lab.Core.Tasks;
using Lab.Sharing;
using static Lab.Classics.Steps;

namespace Lab.Classics;

/// <summary>Programs whose bug depth is known by construction (in the sense of PCT: ordering constraints that are enough).</summary>
public static class DepthPrograms
{
    /// <summary>
    /// One task writes 1, 2, ... with <paramref name="gap"/> operations before each; the other reads now and then and fails if it saw exactly 1, 2, ...
    /// Depth 1: one write, one read after it. 2: the read also before a second write. 3: a second read after that write. 4: and before a third.
    /// The reader has nothing else to do, so a random walk must hold it back <paramref name="gap"/> times for each constraint.
    /// </summary>
    public static Classic Depth(int depth, int gap) => new(FormattableString.Invariant($"depth-{depth}-gap-{gap}"), () =>
    {
        var (x, own) = (new Shared<int>(), new Shared<int>());
        async Task Write(Cx c)
        {
            for (var value = 1; value <= 1 + (depth / 2); value++)
            {
                for (var i = 0; i < gap; i++)
                {
                    await own.NoOp(c);
                }

                await x.WriteAsync(value, c);
            }
        }

        async Task Read(Cx c)
        {
            var isAsFeared = true;
            for (var value = 1; value <= (depth + 1) / 2; value++)
            {
                isAsFeared &= await x.ReadAsync(c) == value;
            }

            Assert(!isAsFeared, "every value was seen in turn");
        }

        // The reader first: without pre-emptions it sees nothing.
        return new Cast(Read, Write);
    })
    {
        Depth = depth,
    };

    /// <summary>Operations of the longest execution of <see cref="Depth"/>; the reads are among them.</summary>
    public static int LengthOf(int depth, int gap) => ((1 + (depth / 2)) * (gap + 1)) + ((depth + 1) / 2);

    /// <summary>A bug of depth 3 in a long program.</summary>
    public static Classic Needle { get; } = Depth(3, 12) with { Name = "needle-of-depth-3" };

    /// <summary>A task of 25 operations and one of a single operation that must come just before the end of the other.</summary>
    public static Classic Uneven { get; } = new("uneven-25-1", () =>
    {
        const int Long = 25;
        var x = new Shared<int>();
        async Task Count(Cx c)
        {
            for (var i = 1; i <= Long; i++)
            {
                await x.WriteAsync(i, c);
            }
        }

        async Task Look(Cx c)
        {
            var seen = await x.ReadAsync(c);
            Assert(seen is < Long - 2 or Long, "seen just before the end");
        }

        return new Cast(Count, Look);
    })
    {
        // The look may come at 26 places, after each number of writes; two are bad.
        Interleavings = (26, 2),
        Depth = 2,
        Published = [new("random", null, "Shuttle, measured"), new("pct:3", 10, "Shuttle, measured"), new("urw", 15, "Shuttle, measured")],
    };
}
