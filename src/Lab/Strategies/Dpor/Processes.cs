namespace Lab.Strategies.Dpor;

/// <summary>Numbers tasks densely by their canonical ids, so that they have the same number in all executions of a search.</summary>
internal sealed class Processes
{
    /// <summary>The clock's number.</summary>
    internal const int Clock = 0;

    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<ulong> _ids = [];

    internal Processes() => NumberOf(Causality.EntityId.Clock.Hash);

    internal int Count => _ids.Count;

    internal int NumberOf(ulong id)
    {
        ref var number = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_numbers, id, out var isKnown);
        if (!isKnown)
        {
            number = _ids.Count;
            _ids.Add(id);
        }

        return number;
    }

    internal ulong IdOf(int number) => _ids[number];

    internal void Save(BinaryWriter to)
    {
        to.Write(Count);
        _ids.ForEach(to.Write);
    }

    internal void Restore(BinaryReader from)
    {
        for (var count = from.ReadInt32(); count > 0; count--)
        {
            NumberOf(from.ReadUInt64());
        }
    }

    /// <summary>Where this process is among the alternatives; -1 if it cannot run.</summary>
    internal int Find(ChoicePoint point, int process)
    {
        if (process == Clock)
        {
            return point.ClockIndex;
        }

        var id = _ids[process];
        for (var i = 0; i < point.TaskCount; i++)
        {
            if (point[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
