using System.Globalization;

namespace Lab.Causality;

/// <summary>
/// The spelling of canonical ids in decisions, traces and reports, and the way back.
/// <code>
/// task    0   0.1   0.1.3            the root, its child 1, that one's child 3
/// object  channel@0.1#2   timer@x#1  kind, creator, ordinal; x creates what no task creates
///         note@timer@0#1#4           created by the callback of a timer, which acts under the timer's own name
/// others  clock   x   worker:2
/// </code>
/// Numbers have no sign and no leading zero, so that every id has one spelling for each kind word.
/// </summary>
internal static class EntityText
{
    internal const string Root = "0";
    internal const string Clock = "clock";
    internal const string Outside = "x";
    private const string WorkerPrefix = "worker:";

    internal static string Child(string parent, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{parent}.{ordinal}");

    internal static string Object(string kind, string creator, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{kind}@{creator}#{ordinal}");

    internal static string External(string kind, int ordinal) => Object(kind, Outside, ordinal);

    internal static string Worker(int number) => string.Create(CultureInfo.InvariantCulture, $"{WorkerPrefix}{number}");

    internal static bool TryFold(string? text, out EntityId id)
    {
        id = default;
        var at = text?.LastIndexOf('@') ?? -1;
        if (at < 0)
        {
            return text is not null && TryFoldCreator(text, out id);
        }

        var kinds = text.AsSpan(0, at);
        var rest = text.AsSpan(at + 1);
        var hash = rest.IndexOf('#');
        if (hash < 0 || !AreKinds(kinds, out var count) || !TryFoldCreator(rest[..hash], out var folded)
            || !TryFoldOrdinals(rest[hash..], count, ref folded))
        {
            return false;
        }

        id = folded;
        return true;
    }

    // "timer" or "note@timer": words that are not empty; how many there are is how many ordinals must follow.
    private static bool AreKinds(ReadOnlySpan<char> kinds, out int count)
    {
        count = 0;
        foreach (var range in kinds.Split('@'))
        {
            var word = kinds[range];
            if (word.IsEmpty || word.IndexOfAny(" #\n\r\t") >= 0)
            {
                return false;
            }

            count++;
        }

        return true;
    }

    private static bool TryFoldCreator(ReadOnlySpan<char> text, out EntityId id)
    {
        switch (text)
        {
            case Clock:
                id = EntityId.Clock;
                return true;
            case Outside:
                id = EntityId.Outside;
                return true;
            default:
                return text.StartsWith(WorkerPrefix, StringComparison.Ordinal)
                    ? TryFoldWorker(text[WorkerPrefix.Length..], out id)
                    : TryFoldTask(text, out id);
        }
    }

    private static bool TryFoldWorker(ReadOnlySpan<char> text, out EntityId id)
    {
        var parsed = TryOrdinal(text, out var number);
        id = parsed ? EntityId.Worker(number) : default;
        return parsed;
    }

    private static bool TryFoldTask(ReadOnlySpan<char> text, out EntityId id)
    {
        id = default;
        if (text is not ['0', .. var path])
        {
            return false;
        }

        var task = EntityId.Root;
        while (path is ['.', .. var rest])
        {
            var end = rest.IndexOf('.');
            end = end < 0 ? rest.Length : end;
            if (!TryOrdinal(rest[..end], out var ordinal))
            {
                return false;
            }

            task = task.Child(ordinal);
            path = rest[end..];
        }

        id = path.IsEmpty ? task : default;
        return path.IsEmpty;
    }

    private static bool TryFoldOrdinals(ReadOnlySpan<char> text, int count, ref EntityId id)
    {
        while (text is ['#', .. var rest])
        {
            var end = rest.IndexOf('#');
            end = end < 0 ? rest.Length : end;
            if (!TryOrdinal(rest[..end], out var ordinal))
            {
                return false;
            }

            id = id.Object(ordinal);
            text = rest[end..];
            count--;
        }

        return count == 0 && text.IsEmpty;
    }

    private static bool TryOrdinal(ReadOnlySpan<char> text, out int ordinal)
    {
        ordinal = 0;
        return !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9') && (text[0] != '0' || text.Length == 1)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ordinal);
    }
}
