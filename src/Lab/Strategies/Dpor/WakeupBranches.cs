namespace Lab.Strategies.Dpor;

/// <summary>The branches below one place of a wake-up tree, in order; allocates only when there are any.</summary>
internal struct WakeupBranches
{
    private List<WakeupNode>? _nodes;

    internal readonly int Count => _nodes?.Count ?? 0;

    internal readonly WakeupNode this[int index] => _nodes![index];

    internal void Add(WakeupNode node) => (_nodes ??= []).Add(node);

    /// <summary>The first branch, which is taken out; null if there is none.</summary>
    internal readonly WakeupNode? TakeFirst() => TakeAt(0);

    internal readonly WakeupNode? TakeAt(int index)
    {
        if (_nodes is null || index >= _nodes.Count)
        {
            return null;
        }

        var node = _nodes[index];
        _nodes.RemoveAt(index);
        return node;
    }

    internal readonly void RemoveAt(int index) => _nodes!.RemoveAt(index);

    /// <summary>The branch that begins with this process; -1 if there is none.</summary>
    internal readonly int IndexOf(int process)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_nodes![i].Process == process)
            {
                return i;
            }
        }

        return -1;
    }
}
