using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Sharing;
using static Lab.Classics.Steps;

namespace Lab.Classics;

/// <summary>Programs that go wrong with conditions: lost signals, the wrong one woken, a predicate not looked at again.</summary>
public static class ConditionPrograms
{
    /// <summary>One condition for "not full" and "not empty", and a signal for one: it may reach a task of the wrong side (Coyote's and Shuttle's sample).</summary>
    public static Classic BoundedBuffer(int producers, int consumers) => new(FormattableString.Invariant($"bounded-buffer-{producers}-{consumers}"), () =>
    {
        var m = new ModelMutex();
        var changed = new ModelCondition(m);
        var count = 0;
        async Task Move(int by, Cx c)
        {
            await m.LockAsync(c);
            while (by > 0 ? count == 1 : count == 0)
            {
                await changed.WaitAsync(c);
            }

            count += by;
            await changed.SignalAsync(c);
            await m.UnlockAsync(c);
        }

        async Task Repeat(int by, int times, Cx c)
        {
            for (var i = 0; i < times; i++)
            {
                await Move(by, c);
            }
        }

        var (puts, takes) = Shares(producers, consumers);
        return new Cast([.. Cast.Of(producers, _ => c => Repeat(+1, puts, c)), .. Cast.Of(consumers, _ => c => Repeat(-1, takes, c))]);
    })
    {
        Expected = VerdictKind.Deadlock,
    };

    /// <summary>The same with two conditions: right.</summary>
    public static Classic BoundedBufferFixed(int producers, int consumers) => new(FormattableString.Invariant($"bounded-buffer-{producers}-{consumers}-fixed"), () =>
    {
        var m = new ModelMutex();
        var (notFull, notEmpty) = (new ModelCondition(m), new ModelCondition(m));
        var count = 0;
        async Task Move(int by, int times, Cx c)
        {
            for (var i = 0; i < times; i++)
            {
                await m.LockAsync(c);
                while (by > 0 ? count == 1 : count == 0)
                {
                    await (by > 0 ? notFull : notEmpty).WaitAsync(c);
                }

                count += by;
                await (by > 0 ? notEmpty : notFull).SignalAsync(c);
                await m.UnlockAsync(c);
            }
        }

        var (puts, takes) = Shares(producers, consumers);
        return new Cast([.. Cast.Of(producers, _ => c => Move(+1, puts, c)), .. Cast.Of(consumers, _ => c => Move(-1, takes, c))]);
    })
    {
        Expected = null,
    };

    /// <summary>The flag is looked at before the lock is taken: the signal may come in between, and is lost.</summary>
    public static Classic LostSignal { get; } = new("lost-signal", () =>
    {
        var m = new ModelMutex();
        var ready = new ModelCondition(m);
        var isReady = new Shared<bool>();
        async Task Wait(Cx c)
        {
            if (!await isReady.ReadAsync(c))
            {
                await m.LockAsync(c);
                await ready.WaitAsync(c);
                await m.UnlockAsync(c);
            }
        }

        async Task Signal(Cx c)
        {
            await isReady.WriteAsync(true, c);
            await m.LockAsync(c);
            await ready.SignalAsync(c);
            await m.UnlockAsync(c);
        }

        return new Cast(Wait, Signal);
    })
    {
        Expected = VerdictKind.Deadlock,
    };

    /// <summary>An <c>if</c> where a <c>while</c> belongs: between the signal and the lock somebody else takes what was signalled.</summary>
    public static Classic IfForWhile { get; } = new("if-for-while", () =>
    {
        var m = new ModelMutex();
        var notEmpty = new ModelCondition(m);
        var count = 0;
        async Task Take(Cx c)
        {
            await m.LockAsync(c);
            if (count == 0)
            {
                await notEmpty.WaitAsync(c);
            }

            Assert(--count >= 0, "taken from an empty queue");
            await m.UnlockAsync(c);
        }

        async Task Put(Cx c)
        {
            for (var i = 0; i < 2; i++)
            {
                await m.LockAsync(c);
                count++;
                await notEmpty.SignalAsync(c);
                await m.UnlockAsync(c);
            }
        }

        return new Cast(Take, Take, Put);
    });

    /// <summary>A lock is held across a wait for a condition of another: who would signal needs it.</summary>
    public static Classic NestedMonitor { get; } = new("nested-monitor", () =>
    {
        var (outer, inner) = (new ModelMutex(), new ModelMutex());
        var ready = new ModelCondition(inner);
        var isReady = false;
        async Task Wait(Cx c)
        {
            await outer.LockAsync(c);
            await inner.LockAsync(c);
            while (!isReady)
            {
                await ready.WaitAsync(c);
            }

            await inner.UnlockAsync(c);
            await outer.UnlockAsync(c);
        }

        async Task Signal(Cx c)
        {
            await outer.LockAsync(c);
            await inner.LockAsync(c);
            isReady = true;
            await ready.SignalAsync(c);
            await inner.UnlockAsync(c);
            await outer.UnlockAsync(c);
        }

        return new Cast(Signal, Wait);
    })
    {
        Expected = VerdictKind.Deadlock,
    };

    /// <summary>Two wait for different things on one condition, and one signal is sent for both.</summary>
    public static Classic SignalForBroadcast { get; } = new("signal-for-broadcast", () =>
    {
        var m = new ModelMutex();
        var changed = new ModelCondition(m);
        var stage = 0;
        async Task WaitFor(int wanted, Cx c)
        {
            await m.LockAsync(c);
            while (stage < wanted)
            {
                await changed.WaitAsync(c);
            }

            await m.UnlockAsync(c);
        }

        async Task Advance(Cx c)
        {
            for (var i = 0; i < 2; i++)
            {
                await m.LockAsync(c);
                stage++;
                await changed.SignalAsync(c);
                await m.UnlockAsync(c);
            }
        }

        return new Cast(c => WaitFor(1, c), c => WaitFor(2, c), Advance);
    })
    {
        Expected = VerdictKind.Deadlock,
    };

    /// <summary>A counter goes up and down by turns, and the end of it is asserted wrongly: fails on every schedule.</summary>
    public static Classic Sync01 { get; } = new("sync01", () => Turns(1, static (ups, downs) => ups == downs + 1))
    {
        AlwaysFails = true,
    };

    /// <summary>The same with more turns.</summary>
    public static Classic Sync02 { get; } = new("sync02", () => Turns(3, static (ups, downs) => ups == downs + 1))
    {
        AlwaysFails = true,
    };

    /// <summary>A sum is built by turns and asserted to be another: fails on every schedule.</summary>
    public static Classic Arithmetic { get; } = new("arithmetic", () => Turns(3, static (ups, downs) => (ups * (downs + 1) / 2) != 6))
    {
        AlwaysFails = true,
    };

    /// <summary>How many messages each producer and each consumer moves, so that all producers move as many as all consumers.</summary>
    private static (int Puts, int Takes) Shares(int producers, int consumers)
    {
        var common = (int)System.Numerics.BigInteger.GreatestCommonDivisor(producers, consumers);
        return (consumers / common, producers / common);
    }

    private static Cast Turns(int turns, Func<int, int, bool> expected)
    {
        var m = new ModelMutex();
        var (empty, full) = (new ModelCondition(m), new ModelCondition(m));
        var (number, ups, downs) = (0, 0, 0);
        async Task Up(Cx c)
        {
            for (var i = 0; i < turns; i++)
            {
                await m.LockAsync(c);
                while (number > 0)
                {
                    await empty.WaitAsync(c);
                }

                number++;
                ups++;
                await m.UnlockAsync(c);
                await full.SignalAsync(c);
            }
        }

        async Task Down(Cx c)
        {
            for (var i = 0; i < turns; i++)
            {
                await m.LockAsync(c);
                while (number == 0)
                {
                    await full.WaitAsync(c);
                }

                number--;
                downs++;
                await m.UnlockAsync(c);
                await empty.SignalAsync(c);
            }
        }

        return new Cast(Up, Down)
        {
            After = _ =>
            {
                Assert(expected(ups, downs), "the end is another one");
                return Task.CompletedTask;
            },
        };
    }
}
