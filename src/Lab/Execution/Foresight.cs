using System.Runtime.CompilerServices;
using Lab.Core.Scheduling;
using Lab.Strategies;

namespace Lab.Execution;

/// <summary>
/// With thousands of tasks, fetches what the next steps will need while the present one runs. What a step needs is found through one reference after
/// the other, so a task is fetched in two stages, its parts some steps after its record, when that has come. Changes nothing: when the
/// order changes meanwhile, the wrong thing was fetched.
/// </summary>
/// <remarks>
/// Steps are looked at <see cref="Batch"/> at a time: what is the same for all of them is done once, and the loads of a stage do not wait for one another.
/// </remarks>
internal sealed class Foresight(ChoicePoint point)
{
    /// <summary>Below this number of tasks everything they need fits into the nearest caches, and hints are only work.</summary>
    internal const int WorthWhile = 1_000;

    private const int Batch = 4;

    /// <summary>How far away the nearest step is that something is still fetched for: it has the whole of the present step to come.</summary>
    private const int Nearest = 1;

    private const int Stages = 2;
    private const int Ring = 2;

    /// <summary>By batches, the numbers of the entries that will probably be chosen; -1: no saying.</summary>
    private Foreseen _foreseen;
    private uint _batches = 1;
    private int _untilNext = 1;

    /// <summary>At each step, after its task was taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Look(Strategy strategy)
    {
        if (--_untilNext == 0)
        {
            _untilNext = Batch;
            LookSlow(strategy);
        }
    }

    /// <summary>A new execution: what was foreseen for the one before is of no use.</summary>
    internal void Clear()
    {
        if (_batches != 0)
        {
            _batches = 0;
            ((Span<int>)_foreseen).Fill(-1);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LookSlow(Strategy strategy)
    {
        var batch = _batches++;
        var farthest = Of(batch);

        // The task that was taken will probably be enabled again.
        if (!strategy.TryForesee(Nearest + ((Stages - 1) * Batch) - 1, point.Count + 1, farthest))
        {
            return;
        }

        var nearest = Of(batch - 1);
        var order = point.Order;
        var entries = point.Entries;
        for (var i = 0; i < Batch; i++)
        {
            var index = farthest[i];
            farthest[i] = -1;
            if ((uint)index < (uint)order.Length)
            {
                var slot = order[index];
                farthest[i] = slot;
                CacheHints.Record(entries[slot].Task);
            }

            if ((uint)nearest[i] < (uint)entries.Length)
            {
                Prefetch.Parts(entries[nearest[i]].Task);
            }
        }
    }

    private Span<int> Of(uint batch) => ((Span<int>)_foreseen).Slice((int)(batch % Ring) * Batch, Batch);

    [InlineArray(Batch * Ring)]
    private struct Foreseen
    {
        private int _first;
    }
}
