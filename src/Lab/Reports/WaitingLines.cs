namespace Lab.Reports;

/// <summary>
/// Who waits on which object, as far as the events say it, so that a hand-over can name the one it goes to. The core's queues are first in, first
/// out; after somebody left a line out of turn its order is not known any more, and nobody is named.
/// </summary>
internal sealed class WaitingLines
{
    private readonly Dictionary<(string Object, string Side), Queue<string>> _lines = [];
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);

    internal void Enter(string target, string side, string task)
    {
        if (!_lines.TryGetValue((target, side), out var line))
        {
            _lines.Add((target, side), line = new Queue<string>());
        }

        line.Enqueue(task);
    }

    /// <summary>The one whose turn it is; null if nobody waits, empty if it is not known who.</summary>
    internal string? Leave(string target, string side)
    {
        if (!_lines.TryGetValue((target, side), out var line) || !line.TryDequeue(out var task))
        {
            return _lost.Contains(target) ? "" : null;
        }

        return _lost.Contains(target) ? "" : task;
    }

    internal void Clear(string target)
    {
        foreach (var (key, line) in _lines)
        {
            if (key.Object == target)
            {
                line.Clear();
            }
        }
    }

    internal void Lose(string target) => _lost.Add(target);
}
