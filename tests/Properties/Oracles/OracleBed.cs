using Lab.Causality;
using Lab.Core.Observing;
using Lab.Oracles;

namespace Lab.Properties.Oracles;

/// <summary>Feeds events to the live oracles, as a core with a defect would.</summary>
internal sealed class OracleBed
{
    private readonly TaskShadow _task = new();
    private readonly List<TracedThing> _things = [];

    internal OracleBed() => Oracles.Begin();

    internal LiveOracles Oracles { get; } = new(new Alarm());

    internal long Now { get; set; }

    /// <summary>Null while all rules hold.</summary>
    internal string? Broken => Oracles.AtEnd()?.ToString();

    /// <summary>An object that the running task made.</summary>
    internal ObjectShadow Make(string kind, int capacity = 0)
    {
        var thing = capacity == 0 ? new TracedThing(kind) : new BoundedThing(kind, capacity);
        _things.Add(thing);
        var shadow = new ObjectShadow();
        shadow.Assign(1, thing, _task, _things.Count, EntityId.Root.Object(_things.Count));
        return shadow;
    }

    internal OracleBed On(EventKind kind, ObjectShadow? target = null, long a = 0, long b = 0)
    {
        if (_task.Target is null)
        {
            _task.Assign(1, new TracedThing("task"), null, 0, EntityId.Clock);
        }

        if (kind is EventKind.GateEntered or EventKind.GateExited)
        {
            Oracles.Gates.Depth += kind == EventKind.GateEntered ? 1 : -1;
            return this;
        }

        Oracles.On(kind, _task, target, a, b, Now);
        return this;
    }

    internal long Judged(string oracle) => Oracles.All.Single(o => o.Name == oracle).Judged;

    private class TracedThing(string kind) : TracedObject
    {
        internal override string KindName => kind;
    }

    private sealed class BoundedThing(string kind, int capacity) : TracedThing(kind), Lab.Core.Scheduling.IBounded
    {
        public int Capacity => capacity;
    }
}
