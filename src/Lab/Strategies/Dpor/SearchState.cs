namespace Lab.Strategies.Dpor;

/// <summary>
/// A search between two executions, as bytes: who the processes and what the objects are, what has been seen, and of each place of the path that the next
/// execution repeats who ran there, who sleeps there and what is planned. What the steps touched is not stored: they are run again anyway.
/// </summary>
internal sealed class SearchState(Processes processes, FootprintTable footprints, KnownSteps known, SearchPath path)
{
    internal void Save(BinaryWriter to, int kept, WakeupNode? branch)
    {
        processes.Save(to);
        footprints.Save(to);
        known.Save(to, footprints);
        to.Write(kept);
        for (var i = 0; i <= kept; i++)
        {
            // The place after the last step is there as well: what is left to do at it.
            var place = path.At(i);
            to.Write(place.Process);
            to.Write(place.IsOpen);
            to.Write(place.Beginnings);
            to.Write(place.Sleep.Count);
            foreach (var sleeper in place.Sleep)
            {
                to.Write(sleeper.Process);
                footprints.Save(to, sleeper.Footprint);
                to.Write(sleeper.IsOfOpen);
            }

            Save(to, place.Pending);
        }

        to.Write(branch is not null);
        if (branch is not null)
        {
            Save(to, branch);
        }
    }

    /// <summary>Into a search that has run nothing.</summary>
    internal (int Kept, WakeupNode? Branch) Restore(BinaryReader from)
    {
        processes.Restore(from);
        footprints.Restore(from);
        known.Restore(from, footprints);
        var kept = from.ReadInt32();
        for (var i = 0; i <= kept; i++)
        {
            var place = path.At(i);
            place.Reset();
            place.Process = from.ReadInt32();
            place.IsOpen = from.ReadBoolean();
            place.Beginnings = from.ReadInt64();
            for (var sleepers = from.ReadInt32(); sleepers > 0; sleepers--)
            {
                place.Sleep.Add(new Sleeper(from.ReadInt32(), footprints.RestoreFootprint(from), from.ReadBoolean()));
            }

            Restore(from, ref place.Pending);
        }

        return (kept, from.ReadBoolean() ? RestoreNode(from) : null);
    }

    private void Save(BinaryWriter to, WakeupBranches branches)
    {
        to.Write(branches.Count);
        for (var i = 0; i < branches.Count; i++)
        {
            Save(to, branches[i]);
        }
    }

    private void Save(BinaryWriter to, WakeupNode node)
    {
        to.Write(node.Process);
        footprints.Save(to, node.Footprint);
        to.Write(node.IsExact);
        to.Write(node.IsUnsure);
        to.Write(node.Timer);
        Save(to, node.After);
    }

    private void Restore(BinaryReader from, ref WakeupBranches branches)
    {
        for (var count = from.ReadInt32(); count > 0; count--)
        {
            branches.Add(RestoreNode(from));
        }
    }

    private WakeupNode RestoreNode(BinaryReader from)
    {
        var node = new WakeupNode(from.ReadInt32(), footprints.RestoreFootprint(from))
        {
            IsExact = from.ReadBoolean(),
            IsUnsure = from.ReadBoolean(),
            Timer = from.ReadInt32(),
        };
        Restore(from, ref node.After);
        return node;
    }
}
