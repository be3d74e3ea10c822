using Lab.Core.Tasks;

namespace Lab.Classics;

/// <summary>The tasks of one execution, in the order of their creation, over state that was made for it.</summary>
public sealed class Cast(params Func<Cx, Task>[] tasks)
{
    public IReadOnlyList<Func<Cx, Task>> Tasks { get; } = tasks;

    /// <summary>What the main task does when all have ended; null: nothing.</summary>
    public Func<Cx, Task>? After { get; init; }

    /// <summary>The same task <paramref name="count"/> times; the body gets its number, from 0.</summary>
    internal static Func<Cx, Task>[] Of(int count, Func<int, Func<Cx, Task>> body) => [.. Enumerable.Range(0, count).Select(body)];
}
