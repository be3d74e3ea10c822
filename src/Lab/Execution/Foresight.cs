using Lab.Strategies;

namespace Lab.Execution;

/// <summary>
/// With thousands of tasks, fetches what the next steps will need while the present one runs. What a step needs is found through one reference after
/// the other, so a task is fetched in three stages, each some steps after the one before, when that one's memory has come. Changes nothing: when the
/// order changes meanwhile, the wrong thing was fetched.
/// </summary>
internal sealed class Foresight(ChoicePoint point)
{
    /// <summary>Below this number of tasks everything they need fits into the nearest caches, and hints are only work.</summary>
    internal const int WorthWhile = 256;

    // How many steps ahead each stage looks.
    private const uint Entry = 7;
    private const uint Record = 4;
    private const uint Parts = 2;
    private const uint Steps = 8;

    /// <summary>Entries of the tasks that will probably be chosen, by step; -1: no saying.</summary>
    private readonly int[] _slots = new int[Steps];
    private uint _step;

    /// <summary>At each step, after its task was taken.</summary>
    internal void Look(Strategy strategy)
    {
        var step = ++_step;
        var slots = _slots;

        // The task that was taken will probably be enabled again.
        var slot = strategy.TryForesee((int)Entry - 1, point.Count + 1, out var index) ? point.SlotForeseen(index) : -1;
        slots[(step + Entry) % Steps] = slot;
        if (slot >= 0)
        {
            Prefetch.Entry(in point.EntryOf(slot));
        }

        slot = slots[(step + Record) % Steps];
        if (slot >= 0)
        {
            Prefetch.Record(point.EntryOf(slot).Task);
        }

        slot = slots[(step + Parts) % Steps];
        if (slot >= 0)
        {
            Prefetch.Parts(point.EntryOf(slot).Task);
        }
    }

    /// <summary>A new execution: what was foreseen for the one before is of no use.</summary>
    internal void Clear() => Array.Fill(_slots, -1);
}
