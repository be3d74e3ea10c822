namespace Lab.Bench;

/// <summary>The part of a page that a command writes: between two marks, the first of which names the command.</summary>
internal sealed class CommandBlock(string command)
{
    private const string End = "<!-- end of what the command writes -->";

    private readonly string _begin = $"<!-- bench -- {command} -->";

    /// <summary>What stands there, the first mark included; null when a mark is missing.</summary>
    internal string? Of(string page)
    {
        var (begin, end) = Marks(page);
        return begin < 0 || end < begin ? null : page[begin..end];
    }

    /// <summary>What is wrong when <see cref="Of"/> is null.</summary>
    internal string Missing => $"the marks {_begin} and {End} are missing";

    /// <summary>The page with <paramref name="text"/> there instead.</summary>
    /// <exception cref="InvalidOperationException">A mark is missing.</exception>
    internal string With(string page, string text)
    {
        if (Of(page) is not { } old)
        {
            throw new InvalidOperationException(Missing);
        }

        return page.Replace(old, $"{_begin}\n{text}", StringComparison.Ordinal);
    }

    private (int Begin, int End) Marks(string page)
    {
        var begin = page.IndexOf(_begin, StringComparison.Ordinal);
        return (begin, begin < 0 ? -1 : page.IndexOf(End, begin, StringComparison.Ordinal));
    }
}
