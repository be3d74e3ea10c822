using Lab.Core.Tasks;
using Lab.Sharing;
using static Lab.Classics.Steps;

namespace Lab.Classics;

/// <summary>
/// Right programs whose Mazurkiewicz traces are known in closed form: what partial-order reduction is measured by (Flanagan and Godefroid, POPL 2005;
/// Abdulla, Aronis, Jonsson and Sagonas, POPL 2014).
/// </summary>
public static class TracePrograms
{
    /// <summary>Nothing is shared: one trace.</summary>
    public static Classic Independent(int tasks, int operations) => Right(FormattableString.Invariant($"independent-{tasks}-{operations}"), 1, () =>
        new Cast(Cast.Of(tasks, _ =>
        {
            var own = new Shared<int>();
            return async c =>
            {
                for (var i = 0; i < operations; i++)
                {
                    await own.WriteAsync(i, c);
                }
            };
        })));

    /// <summary>n tasks of k increments of one variable, each one atomic: the multinomial (nk)! / (k!)^n.</summary>
    public static Classic Increments(int tasks, int increments) => Right(FormattableString.Invariant($"increments-{tasks}-{increments}"), Multinomial(tasks, increments), () =>
    {
        var x = new Shared<int>();
        return new Cast(Cast.Of(tasks, _ => async c =>
        {
            for (var i = 0; i < increments; i++)
            {
                // Nobody tests the value: the write stands for a read-modify-write.
                await x.WriteAsync(i, c);
            }
        }));
    });

    /// <summary>The same under a lock, and the same count.</summary>
    public static Classic LockedIncrements(int tasks, int increments) => CountedPrograms.Control(tasks, increments) with
    {
        Name = FormattableString.Invariant($"locked-increments-{tasks}-{increments}"),
        Traces = Multinomial(tasks, increments),
    };

    /// <summary>One writer and n readers of a variable: each reader comes before or after, 2^n.</summary>
    public static Classic Readers(int readers) => Right(FormattableString.Invariant($"readers-{readers}"), 1L << readers, () =>
    {
        var x = new Shared<int>();
        return new Cast([async c => await x.WriteAsync(1, c), .. Cast.Of(readers, _ => async c => await x.ReadAsync(c))]);
    });

    /// <summary>n writers of a variable: n!.</summary>
    public static Classic Writers(int writers) => Right(FormattableString.Invariant($"writers-{writers}"), Multinomial(writers, 1), () =>
    {
        var x = new Shared<int>();
        return new Cast(Cast.Of(writers, number => async c => await x.WriteAsync(number, c)));
    });

    /// <summary>Each task makes its element one more than the one before it; another looks for the last zero: (n+3) 2^(n-2).</summary>
    public static Classic LastZero(int n) => Right(FormattableString.Invariant($"lastzero-{n}"), n < 2 ? null : (n + 3) * (1L << (n - 2)), () =>
    {
        var a = Enumerable.Range(0, n + 1).Select(static _ => new Shared<int>()).ToArray();
        async Task Find(Cx c)
        {
            var i = n;
            while (await a[i].ReadAsync(c) != 0)
            {
                i--;
            }
        }

        return new Cast([Find, .. Cast.Of(n, number => async c => await a[number + 1].WriteAsync(await a[number].ReadAsync(c) + 1, c))]);
    });

    /// <summary>A hash table into which each task puts four entries; entries of tasks 11 and above collide: 2^(3(n-11)) from n = 11 on, else 1.</summary>
    public static Classic Indexer(int n) => Right(FormattableString.Invariant($"indexer-{n}"), n <= 11 ? 1 : 1L << (3 * (n - 11)), () =>
    {
        const int Size = 128;
        var table = Enumerable.Range(0, Size).Select(static _ => new Shared<int>()).ToArray();
        return new Cast(Cast.Of(n, number => async c =>
        {
            for (var m = 1; m <= 4; m++)
            {
                var entry = (11 * m) + number;
                var hash = entry * 7 % Size;
                while (!await table[hash].CompareExchangeAsync(entry, 0, c))
                {
                    hash = (hash + 1) % Size;
                }
            }
        }));
    });

    /// <summary>Inodes and blocks under locks of their own; blocks of tasks 13 and above collide: 2^(n-13) from n = 13 on, else 1.</summary>
    public static Classic FileSystem(int n) => Right(FormattableString.Invariant($"filesystem-{n}"), n <= 13 ? 1 : 1L << (n - 13), () =>
    {
        const int Inodes = 32;
        const int Blocks = 26;
        var inodeLocks = Enumerable.Range(0, Inodes).Select(static _ => new ModelMutex()).ToArray();
        var blockLocks = Enumerable.Range(0, Blocks).Select(static _ => new ModelMutex()).ToArray();
        var (inodes, isBusy) = (new int[Inodes], new bool[Blocks]);
        return new Cast(Cast.Of(n, number => async c =>
        {
            var inode = number % Inodes;
            await inodeLocks[inode].LockAsync(c);
            if (inodes[inode] == 0)
            {
                var block = inode * 2 % Blocks;
                for (var isDone = false; !isDone; block = (block + 1) % Blocks)
                {
                    await blockLocks[block].LockAsync(c);
                    if (!isBusy[block])
                    {
                        (isBusy[block], inodes[inode], isDone) = (true, block + 1, true);
                    }

                    await blockLocks[block].UnlockAsync(c);
                }
            }

            await inodeLocks[inode].UnlockAsync(c);
        }));
    });

    /// <summary>(nk)! / (k!)^n.</summary>
    public static long Multinomial(int tasks, int each)
    {
        var product = 1L;
        for (var task = 1; task < tasks; task++)
        {
            // How the next task's operations lie among those of the tasks before it: C(total + each, each).
            var total = (long)task * each;
            for (var i = 1; i <= each; i++)
            {
                product = product * (total + i) / i;
            }
        }

        return product;
    }

    private static Classic Right(string name, long? traces, Func<Cast> build) => new(name, build) { Expected = null, Traces = traces };
}
