using Lab.Core.Tasks;
using Lab.Oracles;
using Lab.Sharing;
using static Lab.Classics.Steps;

namespace Lab.Classics;

/// <summary>Programs whose interleavings have been counted by hand or by brute force; most are of SCTBench (Thomson, Donaldson and Betts, PPoPP 2014).</summary>
public static class CountedPrograms
{
    /// <summary>A check that needs both others to have been there, and is then wrong.</summary>
    public static Classic Account { get; } = new("account", () =>
    {
        var m = new ModelMutex();
        var (x, y, z, balance, deposited, withdrawn) = (1, 2, 4, 1, false, false);
        return new Cast(
            c => m.Locked(c, () => Assert(!deposited || !withdrawn || balance == x - y - z, "the balance is wrong")),
            c => m.Locked(c, () => (balance, deposited) = (balance + y, true)),
            c => m.Locked(c, () => (balance, withdrawn) = (balance - z, true)));
    })
    {
        Interleavings = (6, 2),
        Published = Published.OfSurw(6, 4, 4, 18),
    };

    public static Classic Lazy { get; } = new("lazy", () =>
    {
        var m = new ModelMutex();
        var data = 0;
        return new Cast(
            c => m.Locked(c, () => data++),
            c => m.Locked(c, () => data += 2),
            c => m.Locked(c, () => Assert(data < 3, "data is 3")));
    })
    {
        Interleavings = (6, 2),
    };

    /// <summary>Two locks in opposite orders.</summary>
    public static Classic Deadlock { get; } = new("deadlock", () =>
    {
        var (a, b) = (new ModelMutex(), new ModelMutex());
        return new Cast(c => Nested(a, b, c), c => Nested(b, a, c));
    })
    {
        Expected = VerdictKind.Deadlock,
        Interleavings = (6, 2),
    };

    /// <summary>Only one order of the three hands the token round.</summary>
    public static Classic TokenRing { get; } = new("token-ring", () =>
    {
        var m = new ModelMutex();
        var (x1, x2, x3) = (1, 2, 1);
        var (f1, f2, f3) = (false, false, false);
        return new Cast(
            c => m.Locked(c, () => (x1, f1) = ((x3 + 1) % 4, true)),
            c => m.Locked(c, () => (x2, f2) = (x1, true)),
            c => m.Locked(c, () => (x3, f3) = (x2, true)),
            c => m.Locked(c, () => Assert(!f1 || !f2 || !f3 || (x1 == x2 && x2 == x3), "the token is not the same everywhere")));
    })
    {
        Interleavings = (24, 4),
    };

    /// <summary>Two stages under two locks, and readers who may come between them.</summary>
    public static Classic TwoStage(int writers, int readers) => new(FormattableString.Invariant($"two-stage-{writers}-{readers}"), () =>
    {
        var (l1, l2) = (new ModelMutex(), new ModelMutex());
        var d1 = 0;
        var d2 = 0;
        var look = new Shared<int>();
        async Task Write(Cx c)
        {
            await l1.LockAsync(c);
            d1 = 1;
            await l1.UnlockAsync(c);
            await l2.LockAsync(c);

            // The first variable belongs to the first lock, and is read under the second: an operation, although it can only read 1.
            await look.NoOp(c);
            d2 = d1 + 1;
            await l2.UnlockAsync(c);
        }

        async Task Read(Cx c)
        {
            await l1.LockAsync(c);
            var t1 = d1;
            await l1.UnlockAsync(c);
            if (t1 == 0)
            {
                return;
            }

            var t2 = 0;
            await l2.Locked(c, () => t2 = d2);
            Assert(t2 == t1 + 1, "the second stage had not happened");
        }

        return new Cast([.. Cast.Of(writers, _ => Write), .. Cast.Of(readers, _ => Read)]);
    })
    {
        Interleavings = (writers, readers) == (1, 1) ? (12, 1) : null,
        Published = (writers, readers) switch
        {
            (1, 1) => Published.OfSurw(8, 13, 15, 464),
            (19, 1) => Published.OfSurw(6, 159, 156, null),
            (99, 1) => [.. Published.OfSurw(454, 7466, 6674, null), new("period", 690, "PERIOD")],
            _ => [],
        },
    };

    /// <summary>One side guards a variable by one lock, the other side by another.</summary>
    public static Classic WrongLock(int right, int wrong) => new(FormattableString.Invariant($"wrong-lock-{right}-{wrong}"), () =>
    {
        var (p, q) = (new ModelMutex(), new ModelMutex());
        var v = new Shared<int>();
        async Task Right(Cx c)
        {
            await p.LockAsync(c);
            var x = await v.ReadAsync(c);
            await v.Add(1, c);
            Assert(await v.ReadAsync(c) == x + 1, "somebody else wrote it");
            await p.UnlockAsync(c);
        }

        async Task Wrong(Cx c)
        {
            await q.LockAsync(c);
            await v.Add(1, c);
            await q.UnlockAsync(c);
        }

        return new Cast([.. Cast.Of(right, _ => Right), .. Cast.Of(wrong, _ => Wrong)]);
    })
    {
        Interleavings = (right, wrong) == (1, 1) ? (199, 34) : null,
        Published = (right, wrong) == (1, 3) ? Published.OfSurw(7, 51, 10, 36) : [],
    };

    /// <summary>Setters write a pair in two steps; a checker that sees one half fails. Few interleavings of many do.</summary>
    public static Classic Reorder(int setters, int checkers) => new(FormattableString.Invariant($"reorder-{setters}-{checkers}"), () =>
    {
        var (a, b) = (new Shared<int>(), new Shared<int>());
        async Task Set(Cx c)
        {
            await a.WriteAsync(1, c);
            await b.WriteAsync(-1, c);
        }

        async Task Check(Cx c)
        {
            var isOk = (await a.ReadAsync(c) == 0 && await b.ReadAsync(c) == 0) || (await a.ReadAsync(c) == 1 && await b.ReadAsync(c) == -1);
            Assert(isOk, "half of the pair was seen");
        }

        return new Cast([.. Cast.Of(setters, _ => Set), .. Cast.Of(checkers, _ => Check)]);
    })
    {
        Interleavings = (setters, checkers) switch { (2, 1) => (162, 8), (3, 1) => (6573, 57), _ => null },
        Published = (setters, checkers) switch
        {
            (2, 1) => [.. Published.OfSurw(7, 185, 86, null), new("period", 6, "PERIOD")],
            (3, 1) => [new("period", 9, "PERIOD")],
            (4, 1) => [new("period", 12, "PERIOD"), new("random", 116, "Coyote 1.7.11, measured"), new("pct", 24, "Coyote 1.7.11, measured")],
            (9, 1) => [.. Published.OfSurw(17, 3225, null, null), new("period", 27, "PERIOD")],
            (19, 1) => [new("period", 39, "PERIOD")],
            (99, 1) => Published.OfSurw(194, null, null, null),
            _ => [],
        },
    };

    /// <summary>A lock that only the first one in takes, and only the last one out gives back; two of those, nested both ways.</summary>
    public static Classic Carter { get; } = new("carter", () =>
    {
        var (m, l) = (new ModelMutex(), new ModelMutex());
        var counts = new int[2];
        Func<Cx, Task> Side(int side) => async c =>
        {
            await m.LockAsync(c);
            counts[side]++;
            if (counts[side] == 1)
            {
                await l.LockAsync(c);
            }

            await m.UnlockAsync(c);
            await m.LockAsync(c);
            counts[side]--;
            if (counts[side] == 0)
            {
                await l.UnlockAsync(c);
            }

            await m.UnlockAsync(c);
        };
        return new Cast(Side(0), Side(1), new Shared<int>().NoOp, new Shared<int>().NoOp);
    })
    {
        Expected = VerdictKind.Deadlock,
        Interleavings = (424, 60),
    };

    /// <summary>The stop routine of a driver that counts its users (Qadeer and Wu, PLDI 2004).</summary>
    public static Classic DriverStop { get; } = new("driver-stop", () => Driver(1))
    {
        Interleavings = (177, 10),
        Published = Published.OfSurw(70, 112, 36, 215),
    };

    /// <summary>The same with two users.</summary>
    public static Classic DriverStop2 { get; } = new("driver-stop-2", () => Driver(2));

    /// <summary>Tasks that only take a lock in turn: right, and the count is the binomial one.</summary>
    public static Classic Control(int tasks, int rounds) => new(FormattableString.Invariant($"control-{tasks}-{rounds}"), () =>
    {
        var m = new ModelMutex();
        var count = 0;
        return new Cast(Cast.Of(tasks, _ => async c =>
        {
            for (var i = 0; i < rounds; i++)
            {
                await m.Locked(c, () => count++);
            }
        }))
        {
            After = c =>
            {
                Assert(count == tasks * rounds, "an increment was lost");
                return Task.CompletedTask;
            },
        };
    })
    {
        Expected = null,
        Interleavings = (tasks, rounds) == (2, 10) ? (184_756, 0) : null,
    };

    private static async Task Nested(ModelMutex outer, ModelMutex inner, Cx c)
    {
        await outer.LockAsync(c);
        await inner.LockAsync(c);
        await inner.UnlockAsync(c);
        await outer.UnlockAsync(c);
    }

    private static Cast Driver(int adders)
    {
        var m = new ModelMutex();
        var pending = 1;
        var (stopFlag, stopEvent, stopped) = (new Shared<bool>(), new Shared<bool>(), new Shared<bool>());
        async Task Leave(Cx c)
        {
            var left = 0;
            await m.Locked(c, () => left = --pending);
            if (left == 0)
            {
                await stopEvent.WriteAsync(true, c);
            }
        }

        async Task Stop(Cx c)
        {
            await stopFlag.WriteAsync(true, c);
            await Leave(c);
            if (await stopEvent.ReadAsync(c))
            {
                await stopped.WriteAsync(true, c);
            }
        }

        async Task Use(Cx c)
        {
            var isAdmitted = !await stopFlag.ReadAsync(c);
            if (isAdmitted)
            {
                await m.Locked(c, () => pending++);
                Assert(!await stopped.ReadAsync(c), "the driver was stopped under its user");
            }

            await Leave(c);
        }

        return new Cast([Stop, .. Cast.Of(adders, _ => Use)]);
    }
}
