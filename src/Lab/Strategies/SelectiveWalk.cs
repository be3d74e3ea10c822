using Lab.Causality;

namespace Lab.Strategies;

/// <summary>
/// One object's accesses in an order that is uniform over the interleavings of these accesses, everything else at random: SURW (<see cref="Surw"/>) on a
/// given object.
/// </summary>
/// <remarks>
/// Who accesses the object next is drawn first, by how many accesses each task has left (as in <see cref="Urw"/>); until that has happened the others run up
/// to their own next access of it and no further. When the one who was drawn spawns a task, the child takes its place with the share that it has in its
/// parent's accesses. When only those are left that must wait, or nothing comes of it for <see cref="Patience"/> choices (it may be polling for something
/// that is held back), another is drawn.
/// </remarks>
internal sealed class SelectiveWalk : Randomized
{
    private const int Patience = 256;

    private readonly ulong _object;
    private readonly TaskCounts _counts;
    private readonly TaskWeights _weights = new();
    private readonly WeightedDraw _draw = new();
    private readonly Slots<long> _done = new();
    private readonly string _text;

    // Who accesses the object next; default if nobody was drawn.
    private EntityId _next;
    private TaskShadow? _nextTask;
    private int _nextSpawned;
    private int _waited;

    /// <param name="target">The object's canonical id as people write it.</param>
    /// <param name="counts">Accesses of each task.</param>
    /// <exception cref="FormatException">It is no object's id.</exception>
    internal SelectiveWalk(string target, TaskCounts counts)
    {
        _object = EntityId.TryParse(target, out var id) ? id.Hash : throw new FormatException($"'{target}' is no object");
        _counts = counts;
        _text = $"{Surw.Name}:on={target}{(counts.IsEmpty ? "" : ",")}{counts.Text}";
    }

    internal override bool WantsAccesses => true;

    public override string ToString() => _text;

    internal override void OnAccess(TaskShadow task, ObjectShadow target, AccessKind access)
    {
        if (target.Id.Hash == _object && task.Id != EntityId.Clock)
        {
            _done[task]++;
            if (task.Id == _next)
            {
                Forget();
            }
        }
    }

    internal override int Choose(ChoicePoint point)
    {
        if (_waited++ >= Patience)
        {
            Forget();
        }

        FollowSpawns();
        if (_next == default)
        {
            DrawNext(point, withDisabled: true);
        }

        var allowed = CountAllowed(point);
        if (allowed == 0)
        {
            // Everybody who can go on would access the object, and not the one who was drawn.
            return DrawNext(point, withDisabled: false) is >= 0 and var index ? index : Choices.Next(point.Count);
        }

        var skip = Choices.Next(allowed);
        for (var i = 0; ; i++)
        {
            if (IsAllowed(point, i) && skip-- == 0)
            {
                return i;
            }
        }
    }

    private protected override void Begin(long index)
    {
        _weights.Begin(_counts);
        _done.Clear();
        Forget();
    }

    private int CountAllowed(ChoicePoint point)
    {
        var count = 0;
        for (var i = 0; i < point.Count; i++)
        {
            count += IsAllowed(point, i) ? 1 : 0;
        }

        return count;
    }

    private bool IsAllowed(ChoicePoint point, int index) =>
        index == point.ClockIndex || point[index].Target != _object || _next == default || point[index].Id == _next.Hash;

    /// <summary>Draws who is next, among those that can go on, and those that wait for what they announced; -1 if the counts leave nothing to draw.</summary>
    private int DrawNext(ChoicePoint point, bool withDisabled)
    {
        _draw.Clear();
        for (var i = 0; i < point.TaskCount; i++)
        {
            // Where only accesses are left to choose from, each weighs something, whatever was expected.
            _draw.Add(Math.Max(Left(point[i].Shadow), withDisabled ? 0 : 1));
        }

        for (var i = 0; withDisabled && i < point.DisabledCount; i++)
        {
            _draw.Add(Left(point.Disabled(i).Shadow));
        }

        var drawn = _draw.Draw(ref Choices);
        if (drawn >= 0)
        {
            var task = drawn < point.TaskCount ? point[drawn].Shadow : point.Disabled(drawn - point.TaskCount).Shadow;
            (_next, _nextTask, _nextSpawned, _waited) = (task.Id, task, task.Children, 0);
        }

        return drawn;
    }

    /// <summary>What it was drawn for may be an access of a task that it has spawned since.</summary>
    private void FollowSpawns()
    {
        while (_nextTask is { } task && _nextSpawned < task.Children)
        {
            var child = task.Id.Child(++_nextSpawned);
            _draw.Clear();
            _draw.Add(_counts.Subtree(child));
            _draw.Add(Left(task));
            if (_draw.Draw(ref Choices) == 0)
            {
                (_next, _nextTask) = (child, null);
            }
        }
    }

    private long Left(TaskShadow task) => _weights.Left(task, _done[task]);

    private void Forget() => (_next, _nextTask, _waited) = (default, null, 0);
}
