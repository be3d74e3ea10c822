using System.Threading.Channels;
using Lab.Core.Channels;
using Lab.Core.Tasks;

namespace Lab.Bench.Native;

/// <summary>
/// <c>channels</c>: producers send numbers through a bounded channel to one consumer; an operation is a message. Ours runs on as many workers as the
/// machine has cores, which is what the thread pool has too; the last rows show one worker.
/// </summary>
internal static class ChannelContests
{
    private const int Messages = 200_000;
    private const int Batch = 128;

    private const double GoalAtOneOrBulk = 1.5;
    private const double Goal = 1.2;

    private static readonly int[] s_producers = [1, 4];
    private static readonly int[] s_capacities = [1, 128, 1024];

    internal static IEnumerable<Contest> All()
    {
        var shapes = s_producers.SelectMany(producers => s_capacities.Select(capacity => new Shape(producers, capacity))).ToArray();
        using var runtime = new Runtime(new RuntimeOptions { Workers = Environment.ProcessorCount });
        foreach (var shape in shapes)
        {
            yield return OneByOne(runtime, shape, shape.Capacity == 1 ? GoalAtOneOrBulk : Goal, "");
        }

        foreach (var shape in shapes)
        {
            yield return Bulk(runtime, shape);
        }

        foreach (var shape in shapes)
        {
            yield return ThroughWriterAndReader(runtime, shape);
        }

        using var single = new Runtime(new RuntimeOptions { Workers = 1 });
        foreach (var shape in shapes)
        {
            yield return OneByOne(single, shape, null, ", 1 worker");
        }
    }

    private static Contest OneByOne(Runtime runtime, Shape shape, double? goal, string remark)
    {
        var (tx, rx) = Mpsc.Bounded<int>(shape.Capacity);
        var peer = Peer(shape);
        return new Contest(
            $"one by one, {shape}{remark}",
            Messages,
            () => Run(runtime, shape, (count, cx) => Send(tx, count, cx), cx => Receive(rx, cx)),
            new Rival("ReadAsync", () => RunOnPool(shape, count => Write<Theirs>(peer.Writer, count), () => Read<Theirs>(peer.Reader)), goal))
        {
            BytesGoal = 0,
        };
    }

    private static Contest Bulk(Runtime runtime, Shape shape)
    {
        var (tx, rx) = Mpsc.Bounded<int>(shape.Capacity);
        var peer = Peer(shape);
        var buffer = new int[Batch];
        return new Contest(
            $"bulk, {shape}",
            Messages,
            () => Run(runtime, shape, (count, cx) => Send(tx, count, cx), cx => ReceiveMany(rx, buffer, cx)),
            new Rival("WaitToReadAsync, TryRead", () => RunOnPool(shape, count => Write<Theirs>(peer.Writer, count), () => ReadAvailable(peer.Reader)), GoalAtOneOrBulk))
        {
            BytesGoal = 0,
        };
    }

    private static Contest ThroughWriterAndReader(Runtime runtime, Shape shape)
    {
        var (tx, rx) = Mpsc.Bounded<int>(shape.Capacity);
        var (writer, reader) = (tx.Writer, rx.Reader);
        var peer = Peer(shape);
        return new Contest(
            $"Writer and Reader, {shape}",
            Messages,
            () => Run(runtime, shape, (count, _) => Write<Ours>(writer, count), _ => Read<Ours>(reader)),
            new Rival("ReadAsync", () => RunOnPool(shape, count => Write<Theirs>(peer.Writer, count), () => Read<Theirs>(peer.Reader)), 1))
        {
            BytesGoal = 0,
        };
    }

    private static Channel<int> Peer(Shape shape) => Channel.CreateBounded<int>(new BoundedChannelOptions(shape.Capacity)
    {
        SingleReader = true,
        SingleWriter = shape.Producers == 1,
        FullMode = BoundedChannelFullMode.Wait,
    });

    private static void Run(Runtime runtime, Shape shape, Func<int, Cx, Task> produce, Func<Cx, Task<long>> consume) =>
        runtime.RunAsync(async cx =>
        {
            await using var scope = cx.OpenScope();
            for (var i = 0; i < shape.Producers; i++)
            {
                scope.Spawn(c => produce(Messages / shape.Producers, c));
            }

            Check(await consume(cx), shape);
            await scope.JoinAsync(cx);
        }).GetAwaiter().GetResult();

    private static void RunOnPool(Shape shape, Func<int, Task> produce, Func<Task<long>> consume) =>
        Task.Run(async () =>
        {
            var producers = new Task[shape.Producers];
            for (var i = 0; i < producers.Length; i++)
            {
                producers[i] = Task.Run(() => produce(Messages / shape.Producers));
            }

            Check(await consume(), shape);
            await Task.WhenAll(producers);
        }).GetAwaiter().GetResult();

    private static async Task Send(Sender<int> tx, int count, Cx cx)
    {
        for (var i = 0; i < count; i++)
        {
            await tx.SendAsync(i, cx);
        }
    }

    private static async Task<long> Receive(Receiver<int> rx, Cx cx)
    {
        long sum = 0;
        for (var i = 0; i < Messages; i++)
        {
            sum += await rx.ReceiveAsync(cx);
        }

        return sum;
    }

    private static async Task<long> ReceiveMany(Receiver<int> rx, int[] buffer, Cx cx)
    {
        long sum = 0;
        for (var i = 0; i < Messages;)
        {
            var taken = await rx.ReceiveManyAsync(buffer, cx);
            for (var j = 0; j < taken; j++)
            {
                sum += buffer[j];
            }

            i += taken;
        }

        return sum;
    }

    private static async Task Write<TSide>(ChannelWriter<int> writer, int count)
        where TSide : struct
    {
        for (var i = 0; i < count; i++)
        {
            await writer.WriteAsync(i);
        }
    }

    private static async Task<long> Read<TSide>(ChannelReader<int> reader)
        where TSide : struct
    {
        long sum = 0;
        for (var i = 0; i < Messages; i++)
        {
            sum += await reader.ReadAsync();
        }

        return sum;
    }

    private static async Task<long> ReadAvailable(ChannelReader<int> reader)
    {
        long sum = 0;
        for (var i = 0; i < Messages && await reader.WaitToReadAsync();)
        {
            while (reader.TryRead(out var value))
            {
                sum += value;
                i++;
            }
        }

        return sum;
    }

    /// <summary>Every producer sends 0, 1, 2, ...</summary>
    private static void Check(long sum, Shape shape)
    {
        var each = (long)Messages / shape.Producers;
        if (sum != shape.Producers * each * (each - 1) / 2)
        {
            throw new InvalidOperationException($"{shape}: the sum is {sum}: messages were lost or came twice.");
        }
    }

    /// <summary>
    /// The compiler profiles the calls of a writer or reader and makes a fast path for the type that comes most often. Each side has methods of its own, as
    /// in a program that uses one of the two: in shared ones the side that runs first would get the fast path, and the other one pay for it.
    /// </summary>
    private readonly struct Ours;

    /// <inheritdoc cref="Ours"/>
    private readonly struct Theirs;

    private sealed record Shape(int Producers, int Capacity)
    {
        public override string ToString() => $"{Producers} {(Producers == 1 ? "producer" : "producers")}, capacity {Capacity}";
    }
}
