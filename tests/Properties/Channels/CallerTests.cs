using Lab.Core.Channels;
using NUnit.Framework;
using static Lab.Properties.Sync.Native;

namespace Lab.Properties.Channels;

/// <summary>Where BCL-style code outside of any task resumes.</summary>
[TestFixture]
internal sealed class CallerTests
{
    [Test]
    public async Task On_the_context_that_awaited()
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var context = new CountingContext();
        var read = ReadIn(context, rx);
        tx.TrySend(1);
        Assert.That(await read.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo(1));
        Assert.That(context.Posts, Is.EqualTo(1));
    }

    [Test]
    public async Task A_context_that_refuses_does_not_strand_the_others()
    {
        var (tx, rx) = Mpsc.Bounded<int>(2);
        var refused = ReadIn(new CountingContext { Refuses = true }, rx);
        var other = rx.Reader.ReadAsync().AsTask();
        tx.TrySend(1);
        tx.TrySend(2);
        Assert.That((await refused.WaitAsync(TimeSpan.FromSeconds(10))) + await other.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo(3));
    }

    [Test]
    public async Task Never_inside_the_call_that_woke_it()
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        var (sending, inside) = (false, false);
        async Task Read()
        {
            await rx.Reader.ReadAsync().ConfigureAwait(false);
            inside = Volatile.Read(ref sending) && Environment.CurrentManagedThreadId == _sender;
        }

        var read = Read();
        _sender = Environment.CurrentManagedThreadId;
        Volatile.Write(ref sending, true);
        tx.TrySend(1);
        Volatile.Write(ref sending, false);
        await read.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(inside, Is.False);
    }

    [Test]
    public Task Inside_a_task_the_await_comes_home_whatever_ConfigureAwait_says() => Run(async cx =>
    {
        var (tx, rx) = Mpsc.Bounded<int>(1);
        await cx.ScopeAsync(async scope =>
        {
            scope.Spawn(async c =>
            {
                await c.YieldAsync();
                tx.TrySend(1);
            });
            await rx.Reader.ReadAsync().ConfigureAwait(false);
            await cx.YieldAsync();
        });
    });

    private int _sender;

    private static Task<int> ReadIn(SynchronizationContext context, Receiver<int> rx)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            return Read(rx);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        static async Task<int> Read(Receiver<int> rx) => await rx.Reader.ReadAsync();
    }

    private sealed class CountingContext : SynchronizationContext
    {
        internal bool Refuses { get; init; }

        internal int Posts { get; private set; }

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (Refuses)
            {
                throw new InvalidOperationException("closed");
            }

            Posts++;
            d(state);
        }
    }
}
