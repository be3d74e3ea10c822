namespace Lab.Linearizability;

/// <summary>Draws who calls what.</summary>
internal static class Drawing
{
    private const int MaxFirst = 2;

    // Of the drawn calls one in this many is a cancellation.
    private const int CancellationShare = 6;

    /// <param name="specification">Of the object.</param>
    /// <param name="next">A number below its argument, which is at least 1.</param>
    /// <param name="size">Calls of a task at most.</param>
    internal static ConcurrentCalls Draw<TObject, TState>(Specification<TObject, TState> specification, Func<int, int> next, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var tasks = new Call[2 + next(2)][];
        var first = Enumerable.Range(0, next(MaxFirst + 1)).Select(_ => One(specification, next)).ToArray();
        for (var task = 0; task < tasks.Length; task++)
        {
            tasks[task] = new Call[1 + next(size)];
            for (var i = 0; i < tasks[task].Length; i++)
            {
                tasks[task][i] = specification.Cancels && next(CancellationShare) == 0
                    ? Call.Cancel((task + 1 + next(tasks.Length - 1)) % tasks.Length)
                    : One(specification, next);
            }
        }

        return new ConcurrentCalls(first, tasks);
    }

    // First the command, so that one with many arguments is not called more often than the others.
    private static Call One<TObject, TState>(Specification<TObject, TState> specification, Func<int, int> next)
    {
        var commands = specification.Commands;
        var calls = commands[commands.Count == 1 ? 0 : next(commands.Count)].Calls;
        return calls[calls.Count == 1 ? 0 : next(calls.Count)];
    }
}
