using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Classics;

/// <summary>What the programs say often.</summary>
internal static class Steps
{
    /// <summary>Lock, do something that only lock holders see, unlock: two operations.</summary>
    internal static async Task Locked(this ModelMutex mutex, Cx cx, Action body)
    {
        await mutex.LockAsync(cx);
        body();
        await mutex.UnlockAsync(cx);
    }

    /// <summary>A racy <c>x += by</c>: a read, then a write.</summary>
    internal static async Task Add(this Shared<int> variable, int by, Cx cx) =>
        await variable.WriteAsync(await variable.ReadAsync(cx) + by, cx);

    /// <summary>One operation that no other task can tell.</summary>
    internal static async Task NoOp(this Shared<int> own, Cx cx) => await own.ReadAsync(cx);

    internal static void Assert(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new ClassicAssertionException(otherwise);
        }
    }
}

/// <summary>The program's own assertion failed.</summary>
public sealed class ClassicAssertionException(string message) : Exception(message);
