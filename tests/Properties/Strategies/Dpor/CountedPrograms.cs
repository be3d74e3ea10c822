using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>Programs of which the number of Mazurkiewicz traces is known in closed form.</summary>
internal static class CountedPrograms
{
    /// <summary>One writer and n readers of one variable: each reader before or after the write, 2^n.</summary>
    internal static Func<Cx, Task> Readers(int n) => Tasks(() =>
    {
        var x = new Shared<int>();
        return [async c => await x.WriteAsync(1, c), .. Times(n, _ => async c => await x.ReadAsync(c))];
    });

    /// <summary>n tasks that write one variable k times each: the multinomial (nk)! / k!^n.</summary>
    internal static Func<Cx, Task> Writers(int n, int k) => Tasks(() =>
    {
        var x = new Shared<int>();
        return Times(n, _ => async c =>
        {
            for (var i = 0; i < k; i++)
            {
                await x.WriteAsync(i, c);
            }
        });
    });

    /// <summary>n tasks that increment one variable k times each under one mutex: the multinomial again.</summary>
    internal static Func<Cx, Task> Locked(int n, int k) => Tasks(() =>
    {
        var mutex = new ModelMutex();
        var x = 0;
        return Times(n, _ => async c =>
        {
            for (var i = 0; i < k; i++)
            {
                await mutex.LockAsync(c);
                x++;
                await mutex.UnlockAsync(c);
            }
        });
    });

    /// <summary>n tasks, each with a variable of its own: 1.</summary>
    internal static Func<Cx, Task> Independent(int n, int k) => Tasks(() => Times(n, _ =>
    {
        var x = new Shared<int>();
        return async c =>
        {
            for (var i = 0; i < k; i++)
            {
                await x.WriteAsync(i, c);
            }
        };
    }));

    /// <summary>Two tasks that read and then write back one more: 4 orders, of which the 2 with both reads first lose an update.</summary>
    internal static async Task LostUpdate(Cx cx)
    {
        var x = new Shared<int>();
        await Tasks(() => Times(2, _ => async c => await x.WriteAsync(await x.ReadAsync(c) + 1, c)))(cx);
        if (x.Peek() != 2)
        {
            throw new InvalidOperationException("an update was lost");
        }
    }

    /// <summary>Two mutexes taken in both orders: first one task, first the other, and the deadlock: 3.</summary>
    internal static Task Abba(Cx cx) => Tasks(() =>
    {
        var (a, b) = (new ModelMutex(), new ModelMutex());
        return [LockBoth(a, b), LockBoth(b, a)];
    })(cx);

    /// <summary>lastzero(n) of Abdulla et al. 2014: (n+3) * 2^(n-2).</summary>
    internal static Func<Cx, Task> LastZero(int n) => Tasks(() =>
    {
        var a = Times(n + 1, _ => new Shared<int>());
        return
        [
            async c =>
            {
                for (var i = n; await a[i].ReadAsync(c) != 0; i--)
                {
                }
            },
            .. Times(n, j => (Func<Cx, Task>)(async c => await a[j + 1].WriteAsync(await a[j].ReadAsync(c) + 1, c))),
        ];
    });

    /// <summary>indexer(n) of Flanagan and Godefroid 2005: 2^(3(n-11)) from 11 on.</summary>
    internal static Func<Cx, Task> Indexer(int n) => Tasks(() =>
    {
        var table = Times(128, _ => new Shared<int>());
        return Times(n, t => async c =>
        {
            for (var m = 1; m <= 4; m++)
            {
                var w = (11 * m) + t;
                var h = 7 * w % 128;
                while (!await table[h].CompareExchangeAsync(w, 0, c))
                {
                    h = (h + 1) % 128;
                }
            }
        });
    });

    /// <summary>filesystem(n) of the same paper: 2^(n-13) from 13 on.</summary>
    internal static Func<Cx, Task> FileSystem(int n) => Tasks(() =>
    {
        var (inodeLocks, blockLocks) = (Times(32, _ => new ModelMutex()), Times(26, _ => new ModelMutex()));
        var (inode, busy) = (new int[32], new bool[26]);
        return Times(n, t => async c =>
        {
            var i = t % 32;
            await inodeLocks[i].LockAsync(c);
            for (var b = 2 * i % 26; inode[i] == 0; b = (b + 1) % 26)
            {
                await blockLocks[b].LockAsync(c);
                if (!busy[b])
                {
                    busy[b] = true;
                    inode[i] = b + 1;
                }

                await blockLocks[b].UnlockAsync(c);
            }

            await inodeLocks[i].UnlockAsync(c);
        });
    });

    private static Func<Cx, Task> LockBoth(ModelMutex first, ModelMutex second) => async c =>
    {
        await first.LockAsync(c);
        await second.LockAsync(c);
        await second.UnlockAsync(c);
        await first.UnlockAsync(c);
    };

    private static Func<Cx, Task> Tasks(Func<Func<Cx, Task>[]> make) => cx => cx.ScopeAsync(scope =>
    {
        foreach (var task in make())
        {
            scope.Spawn(task);
        }

        return Task.CompletedTask;
    });

    private static Func<Cx, Task>[] Times(int count, Func<int, Func<Cx, Task>> make) => [.. Enumerable.Range(0, count).Select(make)];

    private static T[] Times<T>(int count, Func<int, T> make) => [.. Enumerable.Range(0, count).Select(make)];
}
