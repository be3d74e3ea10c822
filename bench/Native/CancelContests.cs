using Lab.Core.Cancellation;
using Lab.Core.Tasks;

namespace Lab.Bench.Native;

/// <summary><c>cancel</c>: looking whether cancellation was requested, making and ending a child, cancelling a large tree.</summary>
internal static class CancelContests
{
    private const int Looks = 10_000_000;
    private const int Children = 100_000;
    private const int TreeSize = 10_000;

    /// <summary>A look may take 1.1 times as long as the BCL's.</summary>
    private const double LookGoal = 1 / 1.1;

    internal static IEnumerable<Contest> All() => Checks().Append(Child()).Append(ChildWithToken()).Concat(Trees());

    private static IEnumerable<Contest> Checks()
    {
        // A mask is no constant to the JIT, and both reads are acquiring: no look can be moved out of the loop or merged with the next.
        foreach (var (many, name) in new[] { (1, "one token"), (1024, "1,024 tokens"), (1 << 17, "131,072 tokens") })
        {
            var sources = Enumerable.Range(0, many).Select(_ => new CancellationTokenSource()).ToArray();
            var tokens = Array.ConvertAll(sources, source => source.Token);
            var nodes = Array.ConvertAll(sources, _ => new CancellationNode());
            yield return new Contest(
                $"look, {name}",
                Looks,
                () => Expect(Look(nodes), 0),
                new Rival("CancellationToken", () => Expect(Look(tokens), 0), LookGoal))
            {
                BytesGoal = 0,
                Slices = 25,
            };
        }

        using var runtime = new Runtime(new RuntimeOptions { Workers = 1 });
        using var one = new CancellationTokenSource();
        yield return new Contest(
            "cx.IsCancellationRequested",
            Looks,
            () => runtime.RunAsync(cx =>
            {
                Expect(LookAt(cx), 0);
                return Task.CompletedTask;
            }).GetAwaiter().GetResult(),
            new Rival("CancellationToken", () => Expect(LookAt(one.Token), 0), LookGoal))
        {
            BytesGoal = 0,
            Slices = 25,
        };
    }

    private static Contest Child()
    {
        var parent = new CancellationNode();
        var source = new CancellationTokenSource();
        return new Contest(
            "child: make, link, end",
            Children,
            () =>
            {
                for (var i = 0; i < Children; i++)
                {
                    parent.CreateChild().Dispose();
                }
            },
            new Rival(
                "linked CancellationTokenSource",
                () =>
                {
                    for (var i = 0; i < Children; i++)
                    {
                        CancellationTokenSource.CreateLinkedTokenSource(source.Token).Dispose();
                    }
                },
                2));
    }

    private static Contest ChildWithToken()
    {
        var parent = new CancellationNode();
        var source = new CancellationTokenSource();
        var sink = 0;
        return new Contest(
            "child with its BCL token",
            Children,
            () =>
            {
                for (var i = 0; i < Children; i++)
                {
                    using var child = parent.CreateChild();
                    sink += child.Token.CanBeCanceled ? 1 : 0;
                }
            },
            new Rival(
                "linked CancellationTokenSource",
                () =>
                {
                    for (var i = 0; i < Children; i++)
                    {
                        using var child = CancellationTokenSource.CreateLinkedTokenSource(source.Token);
                        sink += child.Token.CanBeCanceled ? 1 : 0;
                    }
                },
                null));
    }

    private static IEnumerable<Contest> Trees()
    {
        // The parent of node i: all below the root; each below the one before; a tree in which every node has four children.
        foreach (var (shape, parentOf) in new (string, Func<int, int>)[] { ("wide", _ => 0), ("chain", i => i - 1), ("balanced", i => (i - 1) / 4) })
        {
            CancellationNode[] nodes = [];
            CancellationTokenSource[] sources = [];
            yield return new Contest(
                $"cancel a tree of 10,000, {shape}",
                TreeSize,
                () =>
                {
                    // A new one each time: what its children get is kept with it.
                    nodes[0].Cancel(new CancellationReason(CancellationKind.User));
                    Expect(nodes[^1].IsCancellationRequested ? 1 : 0, 1);
                },
                new Rival(
                    "linked CancellationTokenSources",
                    () =>
                    {
                        sources[0].Cancel();
                        Expect(sources[^1].IsCancellationRequested ? 1 : 0, 1);
                    },
                    2)
                {
                    Prepare = () => sources = Grow(
                        parentOf,
                        new CancellationTokenSource(),
                        parent => CancellationTokenSource.CreateLinkedTokenSource(parent.Token)),
                })
            {
                Prepare = () => nodes = Grow(parentOf, new CancellationNode(), parent => parent.CreateChild()),
                Slices = 41,
            };
        }
    }

    private static T[] Grow<T>(Func<int, int> parentOf, T root, Func<T, T> child)
    {
        var nodes = new T[TreeSize];
        nodes[0] = root;
        for (var i = 1; i < nodes.Length; i++)
        {
            nodes[i] = child(nodes[parentOf(i)]);
        }

        return nodes;
    }

    private static int Look(CancellationNode[] nodes)
    {
        var (seen, mask) = (0, nodes.Length - 1);
        for (var i = 0; i < Looks; i++)
        {
            seen += nodes[i & mask].IsCancellationRequested ? 1 : 0;
        }

        return seen;
    }

    private static int Look(CancellationToken[] tokens)
    {
        var (seen, mask) = (0, tokens.Length - 1);
        for (var i = 0; i < Looks; i++)
        {
            seen += tokens[i & mask].IsCancellationRequested ? 1 : 0;
        }

        return seen;
    }

    private static int LookAt(Cx cx)
    {
        var seen = 0;
        for (var i = 0; i < Looks; i++)
        {
            seen += cx.IsCancellationRequested ? 1 : 0;
        }

        return seen;
    }

    private static int LookAt(CancellationToken token)
    {
        var seen = 0;
        for (var i = 0; i < Looks; i++)
        {
            seen += token.IsCancellationRequested ? 1 : 0;
        }

        return seen;
    }

    private static void Expect(int value, int expected)
    {
        if (value != expected)
        {
            throw new InvalidOperationException($"measured the wrong thing: {value} instead of {expected}");
        }
    }
}
