namespace Lab.Linearizability;

/// <summary>
/// Who calls what: first some calls one after the other, then tasks A, B, ... at the same time, each its own list in order.
/// </summary>
/// <param name="First">Made before the tasks start; one that would block, by the model, is skipped.</param>
/// <param name="Tasks">The calls of each task.</param>
public sealed record ConcurrentCalls(IReadOnlyList<Call> First, IReadOnlyList<IReadOnlyList<Call>> Tasks)
{
    /// <summary>How many calls there are.</summary>
    public int Count => First.Count + Tasks.Sum(static calls => calls.Count);

    /// <summary>
    /// Fewer calls, the boldest cuts first: without a task, without a call, with the calls of two tasks made by one, with a call of a task made before
    /// all others. Never more calls or tasks.
    /// </summary>
    public IEnumerable<ConcurrentCalls> Shrink()
    {
        for (var i = 0; i < Tasks.Count && Tasks.Count > 1; i++)
        {
            yield return WithoutTask(i, -1);
        }

        for (var i = 0; i < First.Count; i++)
        {
            yield return this with { First = Without(First, i) };
        }

        for (var task = 0; task < Tasks.Count; task++)
        {
            for (var i = 0; i < Tasks[task].Count; i++)
            {
                yield return this with { Tasks = WithCalls(task, Without(Tasks[task], i)) };
            }
        }

        for (var task = 0; task < Tasks.Count; task++)
        {
            for (var other = 0; other < Tasks.Count; other++)
            {
                if (other != task)
                {
                    yield return (this with { Tasks = WithCalls(task, [.. Tasks[task], .. Tasks[other]]) }).WithoutTask(other, task);
                }
            }
        }

        for (var task = 0; task < Tasks.Count; task++)
        {
            if (Tasks[task] is [{ IsCancellation: false } call, ..])
            {
                yield return new ConcurrentCalls([.. First, call], WithCalls(task, Without(Tasks[task], 0)));
            }
        }
    }

    /// <summary>For example <c>first: push(1) | A: pop() | B: pop(); push(2)</c>.</summary>
    public override string ToString() => string.Join(
        " | ",
        Tasks.Select(static (calls, i) => $"{NameOf(i)}: {string.Join("; ", calls)}").Prepend(First.Count == 0 ? "" : $"first: {string.Join("; ", First)}")
            .Where(static part => part.Length > 0));

    /// <summary>Task 0 is A.</summary>
    internal static string NameOf(int task) => task < 26 ? ((char)('A' + task)).ToString() : FormattableString.Invariant($"A{task}");

    private static IReadOnlyList<Call> Without(IReadOnlyList<Call> calls, int index) => [.. calls.Where((_, i) => i != index)];

    private IReadOnlyList<IReadOnlyList<Call>> WithCalls(int task, IReadOnlyList<Call> calls) =>
        [.. Tasks.Select((before, i) => i == task ? calls : before)];

    // Who cancelled the task that is gone cancels its heir, or nobody; who cancelled a later one goes on cancelling that one.
    private ConcurrentCalls WithoutTask(int task, int heir) => this with
    {
        Tasks =
        [
            .. Tasks.Where((_, i) => i != task).Select(calls => (IReadOnlyList<Call>)
            [
                .. calls.Select(call => call.Target == task ? heir : call.Target).Zip(calls)
                    .Where(pair => pair.First >= 0 || !pair.Second.IsCancellation)
                    .Select(pair => !pair.Second.IsCancellation ? pair.Second : Call.Cancel(pair.First > task ? pair.First - 1 : pair.First)),
            ]),
        ],
    };
}
