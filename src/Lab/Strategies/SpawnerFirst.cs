using Lab.Causality;
using Lab.Core.Observing;
using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// A task that spawns runs on until it cannot, so that all its children begin together; everything else is the inner strategy's. Where tasks are spawned one
/// by one, each is likely to be over before the next exists, and that is what defeats random walks.
/// </summary>
/// <remarks>A yield without a spawn since the one before gives way: a spawner that polls for its children must not wait for ever.</remarks>
internal sealed class SpawnerFirst : Restriction
{
    internal const string Name = "spawner-first";

    internal static readonly DecoratorKind Kind = new(Name, "+spawner-first[=coin]", static (given, inner) =>
    {
        ExpectRestrictable(given, inner);
        return given.Text("") switch
        {
            null => new SpawnerFirst(inner),
            SpawnerCoin.Value when inner.IsSearch => throw given.Error("a search is the same in every execution, and tosses no coin"),
            SpawnerCoin.Value => new SpawnerCoin(inner),
            var other => throw given.Error($"'{other}' is not coin"),
        };
    });

    private readonly Slots<int> _children = new();

    // Who spawns now; null if nobody does.
    private TaskShadow? _spawner;
    private int _childrenAtYield;

    internal SpawnerFirst(Strategy inner)
        : base(inner)
    {
    }

    private protected override string Suffix => $"+{Name}";

    internal override void Begin(Seed seed, long index)
    {
        base.Begin(seed, index);
        _children.Clear();
        _spawner = null;
    }

    private protected override string Within => "in which a task that spawns runs on until it cannot";

    private protected override int Forced(ChoicePoint point) => Continues(point) ? point.CurrentIndex : -1;

    private protected override Strategy Around(Strategy other) => new SpawnerFirst(other);

    private bool Continues(ChoicePoint point)
    {
        var index = point.CurrentIndex;
        var current = index >= 0 ? point[index].Shadow : null;
        if (_spawner is not null && !ReferenceEquals(_spawner, current))
        {
            // It was stopped: what it has spawned until then counts no more.
            _children[_spawner] = _spawner.Children;
            _spawner = null;
        }

        if (current is null)
        {
            return false;
        }

        if (_spawner is null && current.Children > _children[current])
        {
            _spawner = current;
            _childrenAtYield = _children[current];
        }

        return _spawner is not null && (point[index].Operation != OperationKind.Yield || SpawnedSinceYield(current));
    }

    private bool SpawnedSinceYield(TaskShadow task)
    {
        var before = _childrenAtYield;
        _childrenAtYield = task.Children;
        return task.Children > before;
    }
}
