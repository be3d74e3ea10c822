using Lab.Core.Tasks;

namespace Lab.Snapshots.Controlled;

/// <summary>One row of docs/controlled.md: something that a program may do, and the program that does it.</summary>
/// <param name="Name">As code.</param>
/// <param name="Use">
/// Does it, and returns what it saw of the world; null if that is nothing. The scope is for whoever it needs beside it.
/// </param>
/// <param name="Instead">What to use if the lab does not control it.</param>
/// <param name="Blocks">It may hold the lab's only thread: the watchdog is made impatient, to keep the test short.</param>
internal sealed record Construct(string Name, Func<Cx, Scope, Task<object?>> Use, string Instead = "", bool Blocks = false)
{
    internal static Construct Of(string name, Func<Cx, Task> use, string instead = "") =>
        new(name, async (cx, _) => { await use(cx); return null; }, instead);

    internal static Construct Of(string name, Func<Cx, Scope, Task> use, string instead = "") =>
        new(name, async (cx, scope) => { await use(cx, scope); return null; }, instead);

    /// <summary>A value that comes from somewhere.</summary>
    internal static Construct Value(string name, Func<Cx, object> value, string instead = "") =>
        new(name, (cx, _) => Task.FromResult<object?>(value(cx)), instead);

    internal static Construct Blocking(string name, Action<Cx> use, string instead) =>
        new(name, (cx, _) => { use(cx); return Task.FromResult<object?>(null); }, instead, Blocks: true);
}
