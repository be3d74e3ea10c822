using System.Threading.Channels;
using Lab.Core.Channels;
using Lab.Core.Tasks;
using NUnit.Framework;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Channels;

/// <summary>
/// The reader and the writer against the BCL's contract (rule 9). Every case runs on the BCL's own bounded channel too: what the contract is, is
/// not ours to say. Outside of a runtime, and inside a task.
/// </summary>
[TestFixture(false, false)]
[TestFixture(true, false)]
[TestFixture(true, true)]
internal sealed class BclContractTests(bool isOurs, bool inTask)
{
    [Test]
    public Task What_was_written_is_read_in_order() => Case(async (writer, reader) =>
    {
        var producer = Produce(writer, 200);
        var got = new List<int>();
        await foreach (var x in reader.ReadAllAsync())
        {
            got.Add(x);
        }

        await producer;
        Assert.That(got, Is.EqualTo(Enumerable.Range(0, 200)));
        await reader.Completion;
    });

    [Test]
    public Task Try_write_and_try_read_report_full_and_empty() => Case((writer, reader) =>
    {
        Assert.That(reader.TryRead(out _), Is.False);
        Assert.That((writer.TryWrite(1), writer.TryWrite(2), writer.TryWrite(3)), Is.EqualTo((true, true, false)));
        Assert.That((reader.CanCount, reader.Count, reader.CanPeek), Is.EqualTo((true, 2, true)));
        Assert.That((reader.TryPeek(out var peeked), peeked), Is.EqualTo((true, 1)));
        Assert.That((reader.TryRead(out var first), first), Is.EqualTo((true, 1)));
        Assert.That((reader.TryRead(out var second), second), Is.EqualTo((true, 2)));
        Assert.That(reader.TryPeek(out _), Is.False);
        return Task.CompletedTask;
    });

    [Test]
    public Task Completion_counts_once_and_comes_when_everything_was_read() => Case(async (writer, reader) =>
    {
        await writer.WriteAsync(1);
        Assert.That((writer.TryComplete(), writer.TryComplete()), Is.EqualTo((true, false)));
        Assert.That(() => writer.Complete(), Throws.TypeOf<ChannelClosedException>());
        Assert.That(writer.TryWrite(2), Is.False);
        Assert.That(await writer.WaitToWriteAsync(), Is.False);
        await Assert.ThatAsync(async () => await writer.WriteAsync(2), Throws.TypeOf<ChannelClosedException>());
        Assert.That(reader.Completion.IsCompleted, Is.False);
        Assert.That(await reader.WaitToReadAsync());
        Assert.That(await reader.ReadAsync(), Is.EqualTo(1));
        await reader.Completion;
        Assert.That(await reader.WaitToReadAsync(), Is.False);
        await Assert.ThatAsync(async () => await reader.ReadAsync(), Throws.TypeOf<ChannelClosedException>());
    });

    [Test]
    public Task An_error_reaches_everybody_as_the_contract_says() => Case(async (writer, reader) =>
    {
        var error = new FormatException("why");
        var read = reader.ReadAsync().AsTask();
        var wait = reader.WaitToReadAsync().AsTask();
        writer.Complete(error);
        await Assert.ThatAsync(() => read, Throws.TypeOf<ChannelClosedException>().With.InnerException.SameAs(error));
        await Assert.ThatAsync(() => wait, Throws.Exception.SameAs(error));
        await Assert.ThatAsync(() => reader.Completion, Throws.Exception.SameAs(error));
        await Assert.ThatAsync(async () => await reader.WaitToReadAsync(), Throws.Exception.SameAs(error));
        await Assert.ThatAsync(async () => await writer.WaitToWriteAsync(), Throws.Exception.SameAs(error));
        await Assert.ThatAsync(async () => await writer.WriteAsync(1), Throws.TypeOf<ChannelClosedException>().With.InnerException.SameAs(error));
        await Assert.ThatAsync(
            async () =>
            {
                await foreach (var x in reader.ReadAllAsync())
                {
                }
            },
            Throws.Exception.SameAs(error));
    });

    [Test]
    public Task Completing_with_a_cancellation_cancels_completion() => Case((writer, reader) =>
    {
        writer.Complete(new OperationCanceledException());
        Assert.That(reader.Completion.IsCanceled);
        return Task.CompletedTask;
    });

    [Test]
    public Task Blocked_writers_are_served_in_order_and_refused_on_completion() => Case(async (writer, reader) =>
    {
        var writes = Enumerable.Range(0, 6).Select(i => writer.WriteAsync(i).AsTask()).ToList();
        Assert.That(writes.Select(w => w.IsCompleted), Is.EqualTo(new[] { true, true, false, false, false, false }));
        Assert.That(await reader.ReadAsync(), Is.Zero);
        Assert.That(await reader.ReadAsync(), Is.EqualTo(1));
        await writes[2];
        await writes[3];
        writer.Complete();
        await Assert.ThatAsync(() => writes[4], Throws.TypeOf<ChannelClosedException>());
        await Assert.ThatAsync(() => writes[5], Throws.TypeOf<ChannelClosedException>());
        Assert.That((await reader.ReadAsync(), await reader.ReadAsync()), Is.EqualTo((2, 3)));
    });

    [Test]
    public Task A_token_ends_every_wait_and_nothing_is_lost() => Case(async (writer, reader) =>
    {
        using var source = new CancellationTokenSource();
        var read = reader.ReadAsync(source.Token).AsTask();
        var waitToRead = reader.WaitToReadAsync(source.Token).AsTask();
        source.Cancel();
        await Assert.ThatAsync(() => read, Throws.InstanceOf<OperationCanceledException>());
        await Assert.ThatAsync(() => waitToRead, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(read.IsCanceled && waitToRead.IsCanceled);

        Assert.That(writer.TryWrite(1) && writer.TryWrite(2));
        using var other = new CancellationTokenSource();
        var write = writer.WriteAsync(3, other.Token).AsTask();
        var waitToWrite = writer.WaitToWriteAsync(other.Token).AsTask();
        other.Cancel();
        await Assert.ThatAsync(() => write, Throws.InstanceOf<OperationCanceledException>());
        await Assert.ThatAsync(() => waitToWrite, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await reader.ReadAsync(), await reader.ReadAsync(), reader.TryRead(out _)), Is.EqualTo((1, 2, false)));

        Assert.That(writer.WriteAsync(4, source.Token).IsCanceled);
        Assert.That(reader.ReadAsync(source.Token).IsCanceled);
        Assert.That(reader.WaitToReadAsync(source.Token).IsCanceled && writer.WaitToWriteAsync(source.Token).IsCanceled);
    });

    [Test]
    public Task Everybody_who_waits_for_room_is_told_together_and_waiting_does_not_refuse_a_write() => Case(async (writer, reader) =>
    {
        Assert.That(writer.TryWrite(1) && writer.TryWrite(2));
        var waits = Enumerable.Range(0, 3).Select(_ => writer.WaitToWriteAsync().AsTask()).ToList();
        Assert.That(reader.TryRead(out _));
        foreach (var wait in waits)
        {
            Assert.That(await wait);
        }

        var again = writer.WaitToWriteAsync();
        Assert.That(again.IsCompletedSuccessfully || inTask);
        Assert.That(writer.TryWrite(3));
        await again;
    });

    [Test]
    public Task Loops_of_wait_and_try_make_progress_on_both_sides() => Case(async (writer, reader) =>
    {
        async Task Write(int from)
        {
            for (var i = from; i < from + 200;)
            {
                if (writer.TryWrite(i))
                {
                    i++;
                }
                else
                {
                    Assert.That(await writer.WaitToWriteAsync());
                }
            }
        }

        var writers = Task.WhenAll(Write(0), Write(1_000)).ContinueWith(_ => writer.Complete(), TaskScheduler.Default);
        var got = new List<int>();
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var x))
            {
                got.Add(x);
            }
        }

        await writers;
        Assert.That(got.Where(x => x < 1_000), Is.EqualTo(Enumerable.Range(0, 200)));
        Assert.That(got.Where(x => x >= 1_000), Is.EqualTo(Enumerable.Range(1_000, 200)));
    });

    private static async Task Produce(ChannelWriter<int> writer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await writer.WriteAsync(i);
        }

        writer.Complete();
    }

    private async Task Case(Func<ChannelWriter<int>, ChannelReader<int>, Task> body)
    {
        if (!isOurs)
        {
            var bcl = System.Threading.Channels.Channel.CreateBounded<int>(2);
            await body(bcl.Writer, bcl.Reader).WaitAsync(TimeSpan.FromSeconds(20));
            return;
        }

        var (tx, rx) = Mpsc.Bounded<int>(2);
        if (inTask)
        {
            await Run(async _ => await body(tx.Writer, rx.Reader));
        }
        else
        {
            await body(tx.Writer, rx.Reader).WaitAsync(TimeSpan.FromSeconds(20));
        }
    }
}
