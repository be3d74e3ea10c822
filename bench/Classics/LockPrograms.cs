using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Sharing;
using static Lab.Classics.Steps;

namespace Lab.Classics;

/// <summary>Programs that go wrong with locks and semaphores: deadlocks, and what lies between two critical sections.</summary>
public static class LockPrograms
{
    /// <summary>Everybody takes the left fork, then the right one (Dijkstra 1971).</summary>
    public static Classic Philosophers(int count) => new(FormattableString.Invariant($"philosophers-{count}"), () =>
    {
        var forks = Enumerable.Range(0, count).Select(static _ => new ModelMutex()).ToArray();
        return new Cast(Cast.Of(count, number => c => Both(forks[number], forks[(number + 1) % count], c)));
    })
    {
        Expected = VerdictKind.Deadlock,
        Published = count switch
        {
            4 => [new("random", 15, "Coyote 1.7.11, measured"), new("pct", 12, "Coyote 1.7.11, measured")],
            5 => [new("random", 49, "Shuttle, measured"), new("pct:3", 712, "Shuttle, measured"), new("urw", 10, "Shuttle, measured")],
            7 => [new("random", 344, "Shuttle, measured"), new("pct:3", null, "Shuttle, measured"), new("urw", 20, "Shuttle, measured")],
            _ => [],
        },
    };

    /// <summary>The last one takes the right fork first: no circle.</summary>
    public static Classic OrderedPhilosophers(int count) => new(FormattableString.Invariant($"philosophers-{count}-ordered"), () =>
    {
        var forks = Enumerable.Range(0, count).Select(static _ => new ModelMutex()).ToArray();
        return new Cast(Cast.Of(count, number => c =>
        {
            var (left, right) = (number, (number + 1) % count);
            return Both(forks[Math.Min(left, right)], forks[Math.Max(left, right)], c);
        }));
    })
    {
        Expected = null,
    };

    /// <summary>Two semaphores taken crosswise.</summary>
    public static Classic CrossedSemaphores { get; } = new("crossed-semaphores", () =>
    {
        var (a, b) = (new ModelSemaphore(1), new ModelSemaphore(1));
        async Task Cross(ModelSemaphore first, ModelSemaphore second, Cx c)
        {
            await first.AcquireAsync(c);
            await second.AcquireAsync(c);
            await second.ReleaseAsync(c);
            await first.ReleaseAsync(c);
        }

        return new Cast(c => Cross(a, b, c), c => Cross(b, a, c));
    })
    {
        Expected = VerdictKind.Deadlock,
    };

    /// <summary>A string is appended to another: its length is asked under its lock, its characters are copied under its lock, and in between it shrinks.</summary>
    public static Classic StringBuffer { get; } = new("stringbuffer", () =>
    {
        var (target, source) = (new ModelMutex(), new ModelMutex());
        var characters = 4;
        async Task Append(Cx c)
        {
            await target.LockAsync(c);
            var length = 0;
            await source.Locked(c, () => length = characters);
            await source.Locked(c, () => Assert(length <= characters, "more characters were copied than there are"));
            await target.UnlockAsync(c);
        }

        return new Cast(Append, c => source.Locked(c, () => characters = 0));
    });

    /// <summary>Each looks whether there is something to pop, and then pops under the lock without looking again.</summary>
    public static Classic Stack { get; } = new("stack", () =>
    {
        var m = new ModelMutex();
        var top = 0;
        var isEmpty = new Shared<bool>(true);
        async Task Push(Cx c)
        {
            for (var i = 0; i < 2; i++)
            {
                await m.Locked(c, () => top++);
                await isEmpty.WriteAsync(false, c);
            }
        }

        async Task Pop(Cx c)
        {
            for (var i = 0; i < 2; i++)
            {
                if (!await isEmpty.ReadAsync(c))
                {
                    await m.Locked(c, () => Assert(--top >= 0, "popped from an empty stack"));
                }
            }
        }

        return new Cast(Push, Pop);
    });

    /// <summary>A file system's allocation in which a block's lock is left between looking whether it is free and taking it.</summary>
    public static Classic FsBench { get; } = new("fsbench", () =>
    {
        const int Tasks = 4;
        var inodes = Enumerable.Range(0, Tasks).Select(static _ => new ModelMutex()).ToArray();
        var blocks = Enumerable.Range(0, 2).Select(static _ => new ModelMutex()).ToArray();
        var owners = new int[2];
        async Task Allocate(int number, Cx c)
        {
            await inodes[number].LockAsync(c);
            var block = number % 2;
            var isFree = false;
            await blocks[block].Locked(c, () => isFree = owners[block] == 0);
            if (isFree)
            {
                await blocks[block].Locked(c, () => Assert(owners[block]++ == 0, "a block was allocated twice"));
            }

            await inodes[number].UnlockAsync(c);
        }

        return new Cast(Cast.Of(Tasks, number => c => Allocate(number, c)));
    });

    /// <summary>Transfers between accounts, each account under its own lock, read before and written after.</summary>
    public static Classic Bank { get; } = new("bank", () =>
    {
        var locks = new[] { new ModelMutex(), new ModelMutex() };
        var accounts = new[] { 10, 10 };
        async Task Transfer(int from, int to, int amount, Cx c)
        {
            var before = 0;
            await locks[from].Locked(c, () => before = accounts[from]);
            await locks[from].Locked(c, () => accounts[from] = before - amount);
            await locks[to].Locked(c, () => accounts[to] += amount);
        }

        return new Cast(c => Transfer(0, 1, 3, c), c => Transfer(1, 0, 4, c))
        {
            After = _ =>
            {
                Assert(accounts.Sum() == 20, "money was lost or made");
                return Task.CompletedTask;
            },
        };
    });

    /// <summary>The last seat is sold by everybody who saw that it was free.</summary>
    public static Classic Airline(int sellers) => new(FormattableString.Invariant($"airline-{sellers}"), () =>
    {
        var m = new ModelMutex();
        var free = sellers - 1;
        async Task Sell(Cx c)
        {
            var isFree = false;
            await m.Locked(c, () => isFree = free > 0);
            if (isFree)
            {
                await m.Locked(c, () => Assert(--free >= 0, "a seat was sold twice"));
            }
        }

        return new Cast(Cast.Of(sellers, _ => Sell));
    });

    /// <summary>The writer waits until nobody reads, but does not keep readers out from there on.</summary>
    public static Classic ReadersWriters { get; } = new("readers-writers", () =>
    {
        var m = new ModelMutex();
        var (readers, isWriting) = (0, false);
        async Task Read(Cx c)
        {
            await m.Locked(c, () =>
            {
                Assert(!isWriting, "read while it is written");
                readers++;
            });
            await m.Locked(c, () => readers--);
        }

        async Task Write(Cx c)
        {
            var mayWrite = false;
            await m.Locked(c, () => mayWrite = readers == 0);
            if (mayWrite)
            {
                await m.Locked(c, () =>
                {
                    Assert(readers == 0, "written while it is read");
                    isWriting = true;
                });
                await m.Locked(c, () => isWriting = false);
            }
        }

        return new Cast(Read, Read, Write);
    });

    /// <summary>A lock that each phase leaves locked for the next one, which asks for it in the other order: stuck on every schedule.</summary>
    public static Classic Phase { get; } = new("phase", () =>
    {
        var (x, y) = (new ModelMutex(), new ModelMutex());
        async Task Run(Cx c)
        {
            await x.LockAsync(c);
            await y.LockAsync(c);
            await x.UnlockAsync(c);
            await x.LockAsync(c);
        }

        return new Cast(Run, Run);
    })
    {
        Expected = VerdictKind.Deadlock,
        AlwaysFails = true,
    };

    private static async Task Both(ModelMutex first, ModelMutex second, Cx c)
    {
        await first.LockAsync(c);
        await second.LockAsync(c);
        await second.UnlockAsync(c);
        await first.UnlockAsync(c);
    }
}
