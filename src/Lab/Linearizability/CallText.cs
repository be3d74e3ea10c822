namespace Lab.Linearizability;

/// <summary>Calls as text: <c>push(1); pop()</c>.</summary>
internal static class CallText
{
    internal static ConcurrentCalls Parse(Dictionary<string, Call> known, IEnumerable<string> tasks, string first)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(first);
        var lists = tasks.Select(text => (IReadOnlyList<Call>)[.. Parts(text).Select(part => Find(known, part))]).ToList();
        if (lists.Count == 0)
        {
            throw new ArgumentException("no task was given: one text per task, as in \"push(1); pop()\"");
        }

        return new ConcurrentCalls([.. Parts(first).Select(part => Find(known, part))], lists);
    }

    internal static Call Find(Dictionary<string, Call> known, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return known.TryGetValue(text, out var call) || known.TryGetValue(text + "()", out call) ? call
            : Cancellation(text) ?? throw new ArgumentException($"'{text}' is none of the calls: {string.Join(", ", known.Keys)}, cancel(A)");
    }

    private static Call? Cancellation(string text) =>
        text.StartsWith(Call.CancelName + "(", StringComparison.Ordinal) && text.EndsWith(')') && text.Length == Call.CancelName.Length + 3
            && text[^2] is >= 'A' and <= 'Z' and var task
            ? Call.Cancel(task - 'A')
            : null;

    // Arguments may hold anything but a semicolon.
    private static string[] Parts(string text) => text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
