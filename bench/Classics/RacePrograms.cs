using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Sharing;
using static Lab.Classics.Steps;

namespace Lab.Classics;

/// <summary>Programs that go wrong with single accesses: lost updates, half-published objects, hand-made synchronization.</summary>
public static class RacePrograms
{
    /// <summary>A read and a write where an increment was meant.</summary>
    public static Classic LostUpdate(int tasks) => new(FormattableString.Invariant($"lost-update-{tasks}"), () =>
    {
        var x = new Shared<int>();
        return new Cast(Cast.Of(tasks, _ => c => x.Add(1, c)))
        {
            After = async c => Assert(await x.ReadAsync(c) == tasks, "an increment was lost"),
        };
    })
    {
        // Two tasks: C(4, 2) interleavings; only the two that are not interleaved keep both increments.
        Interleavings = tasks == 2 ? (6, 4) : null,
        Traces = tasks == 2 ? 4 : null,
    };

    /// <summary>The slots of a queue are right, its tail is a racy counter.</summary>
    public static Classic Queue { get; } = new("queue", () =>
    {
        var tail = new Shared<int>();
        var slots = new[] { new Shared<int>(), new Shared<int>(), new Shared<int>(), new Shared<int>() };
        async Task Enqueue(int value, Cx c)
        {
            for (var i = 0; i < 2; i++)
            {
                var at = await tail.ReadAsync(c);
                await slots[at].WriteAsync(value + i, c);
                await tail.WriteAsync(at + 1, c);
            }
        }

        return new Cast(c => Enqueue(10, c), c => Enqueue(20, c))
        {
            After = async c => Assert(await tail.ReadAsync(c) == 4, "an element was overwritten"),
        };
    });

    /// <summary>Two flags pass one slot back and forth; the reader counts a turn although nothing was there.</summary>
    public static Classic CircularBuffer { get; } = new("circular-buffer", () =>
    {
        const int Turns = 3;
        var m = new ModelMutex();
        var (slot, isFull) = (0, false);
        async Task Send(Cx c)
        {
            for (var i = 1; i <= Turns; i++)
            {
                await m.Locked(c, () =>
                {
                    if (!isFull)
                    {
                        (slot, isFull) = (i, true);
                    }
                });
            }
        }

        async Task Receive(Cx c)
        {
            for (var i = 1; i <= Turns; i++)
            {
                await m.Locked(c, () =>
                {
                    if (isFull)
                    {
                        Assert(slot == i, "received out of turn");
                        isFull = false;
                    }
                });
            }
        }

        return new Cast(Send, Receive);
    });

    /// <summary>The reference is published before what it refers to.</summary>
    public static Classic DoubleChecked { get; } = new("double-checked", () =>
    {
        var m = new ModelMutex();
        var (instance, field) = (new Shared<bool>(), new Shared<int>());
        async Task Use(Cx c)
        {
            if (!await instance.ReadAsync(c))
            {
                await m.LockAsync(c);
                if (!await instance.ReadAsync(c))
                {
                    await instance.WriteAsync(true, c);
                    await field.WriteAsync(7, c);
                }

                await m.UnlockAsync(c);
            }

            Assert(await field.ReadAsync(c) == 7, "seen before it was made");
        }

        return new Cast(Use, Use);
    });

    /// <summary>Peterson's entry with its first two writes exchanged; each tries once.</summary>
    public static Classic Peterson { get; } = new("peterson", () =>
    {
        var wants = new[] { new Shared<bool>(), new Shared<bool>() };
        var turn = new Shared<int>();
        var inside = new Shared<int>();
        async Task Enter(int me, Cx c)
        {
            var other = 1 - me;
            await turn.WriteAsync(other, c);
            await wants[me].WriteAsync(true, c);
            if (await wants[other].ReadAsync(c) && await turn.ReadAsync(c) == other)
            {
                return;
            }

            Assert(await inside.ReadAsync(c) == 0, "two are inside");
            await inside.WriteAsync(1, c);
            await inside.WriteAsync(0, c);
            await wants[me].WriteAsync(false, c);
        }

        return new Cast(c => Enter(0, c), c => Enter(1, c));
    });

    /// <summary>A lock-free stack whose node was taken and put back meanwhile: the exchange succeeds and restores what has left.</summary>
    public static Classic Aba { get; } = new("aba", () =>
    {
        // Nodes 1 -> 2 -> 3 -> 0 (the end).
        var head = new Shared<int>(1);
        var next = new[] { new Shared<int>(0), new Shared<int>(2), new Shared<int>(3), new Shared<int>(0) };
        async Task<int> Pop(Cx c)
        {
            while (true)
            {
                var top = await head.ReadAsync(c);
                if (top == 0)
                {
                    return 0;
                }

                var below = await next[top].ReadAsync(c);
                if (await head.CompareExchangeAsync(below, top, c))
                {
                    return top;
                }
            }
        }

        var taken = new int[2];
        async Task Reuse(Cx c)
        {
            var first = await Pop(c);
            taken[1] = await Pop(c);
            var top = await head.ReadAsync(c);
            await next[first].WriteAsync(top, c);
            await head.CompareExchangeAsync(first, top, c);
        }

        return new Cast(async c => taken[0] = await Pop(c), Reuse)
        {
            After = async c =>
            {
                for (var node = await head.ReadAsync(c); node != 0; node = await next[node].ReadAsync(c))
                {
                    Assert(!taken.Contains(node), "a node that was taken is on the stack");
                }
            },
        };
    });

    /// <summary>A count of users that reaches zero, and somebody who comes after that.</summary>
    public static Classic RefCount { get; } = new("ref-count", () =>
    {
        var (count, isFreed) = (new Shared<int>(1), new Shared<bool>());
        async Task Release(Cx c)
        {
            var before = await count.ReadAsync(c);
            await count.WriteAsync(before - 1, c);
            if (before == 1)
            {
                await isFreed.WriteAsync(true, c);
            }
        }

        async Task Use(Cx c)
        {
            if (await count.ReadAsync(c) > 0)
            {
                await count.Add(1, c);
                Assert(!await isFreed.ReadAsync(c), "used after it was freed");
                await Release(c);
            }
        }

        return new Cast(Release, Use);
    });

    /// <summary>"Nothing there" is read before "closed": an element that came in between is never taken.</summary>
    public static Classic ClosedQueue { get; } = new("closed-queue", () =>
    {
        var (count, isClosed) = (new Shared<int>(), new Shared<bool>());
        var isLost = false;
        async Task Send(Cx c)
        {
            await count.WriteAsync(1, c);
            await isClosed.WriteAsync(true, c);
        }

        async Task Receive(Cx c)
        {
            isLost = await count.ReadAsync(c) == 0 && await isClosed.ReadAsync(c);
        }

        return new Cast(Send, Receive)
        {
            After = _ =>
            {
                Assert(!isLost, "the queue was left with an element in it");
                return Task.CompletedTask;
            },
        };
    })
    {
        // A first read between the writes or after them ends it (2). Before them, the second read may lie at 3 places, and the last of these fails.
        Depth = 2,
        Interleavings = (5, 1),
    };

    /// <summary>The owner of a work-stealing queue reads the head before it gives up its tail: it and a thief take the same element (Chess's sample).</summary>
    public static Classic WorkStealing { get; } = new("work-stealing", () =>
    {
        const int Elements = 2;
        var m = new ModelMutex();
        var (head, tail) = (new Shared<int>(), new Shared<int>(Elements));
        var taken = new[] { new List<int>(), new List<int>() };
        async Task Own(Cx c)
        {
            for (var i = 0; i < Elements; i++)
            {
                var at = await tail.ReadAsync(c) - 1;
                var first = await head.ReadAsync(c);
                await tail.WriteAsync(at, c);
                if (first <= at)
                {
                    taken[0].Add(at);
                    continue;
                }

                await tail.WriteAsync(at + 1, c);
                return;
            }
        }

        async Task Steal(Cx c)
        {
            for (var i = 0; i < Elements; i++)
            {
                await m.LockAsync(c);
                var at = await head.ReadAsync(c);
                await head.WriteAsync(at + 1, c);
                if (at < await tail.ReadAsync(c))
                {
                    taken[1].Add(at);
                }
                else
                {
                    await head.WriteAsync(at, c);
                }

                await m.UnlockAsync(c);
            }
        }

        return new Cast(Own, Steal)
        {
            After = _ =>
            {
                Assert(!taken[0].Intersect(taken[1]).Any(), "an element was taken twice");
                return Task.CompletedTask;
            },
        };
    })
    {
        Published = Published.OfSurw(6, 48, 12, null)[..3],
    };
}
