using System.Buffers;
using Lab.Core.Memory;

namespace Lab.Core.Cancellation;

/// <summary>
/// The children of a node that has had several at once, in the order in which they were attached. Each knows its place, so adding and removing cost
/// O(1), amortised, and leave a child's own siblings alone. A child that has ended without the gate keeps its slot until it is the last, or half of
/// the slots are like it. More than a few slots come from the shared pool of arrays, and go back to it when the parent has ended. The caller holds the
/// parent's gate.
/// </summary>
internal sealed class CancellationChildren
{
    /// <summary>So many that have ended are nothing to sweep for.</summary>
    internal const int Few = 8;

    /// <summary>Room for so many is kept.</summary>
    private const int Kept = 1024;

    private readonly CancellationNode _parent;

    /// <summary>[0, end): a child, none any more, or one that has ended. The last is a child.</summary>
    private Slot[] _slots = new Slot[Few / 2];

    /// <summary>How many of them have none any more.</summary>
    private int _gaps;

    /// <summary>Written under the gate, read anywhere.</summary>
    private AtomicInt32 _end;

    /// <summary>
    /// How many have ended without the gate since the last sweep, about: of two that end at the same time one may go uncounted. It only says when to sweep.
    /// </summary>
    private AtomicInt32 _ended;

    internal CancellationChildren(CancellationNode parent, CancellationNode first)
    {
        _parent = parent;
        Put(0, first);
        _end.Write(1);
    }

    internal int End => _end.Read();

    internal bool IsEmpty
    {
        get
        {
            DropLast();
            return _end.Read() == 0;
        }
    }

    internal int Capacity => _slots.Length;

    /// <summary>The child at this place; null: none, or it has ended.</summary>
    internal CancellationNode? this[int place] => _slots[place].Child is { } child && child.IsChildOf(_parent) ? child : null;

    /// <summary>Adds the children, and those that have ended and are in their slots still, which the request passes by.</summary>
    internal void AddTo(ref CancellationWave wave)
    {
        foreach (ref readonly var slot in _slots.AsSpan(0, _end.Read()))
        {
            if (slot.Child is { } child)
            {
                wave.Add(child, child.Life);
            }
        }
    }

    internal void Add(CancellationNode child)
    {
        DropLast();
        if (_end.Read() == _slots.Length)
        {
            MakeRoom();
        }

        var end = _end.Read();
        Put(end, child);
        _end.Write(end + 1);
    }

    internal void Remove(CancellationNode child)
    {
        _slots[child.PlaceLocked].Child = null;
        _gaps++;
        DropLast();
        if (_end.Read() == 0 && _slots.Length > Kept)
        {
            Replace(new Slot[Few]);
        }
    }

    /// <summary>Without children, and the parent gets none here any more: gives the room back.</summary>
    internal void GiveRoomBack() => Replace([]);

    /// <summary>A child has ended without the gate, which the caller does not hold either. True: it is time to sweep.</summary>
    internal bool CountEnded()
    {
        var ended = _ended.Read() + 1;
        _ended.Write(ended);
        return ended > Few && ended > _end.Read() / 2;
    }

    /// <summary>Closes the gaps, and doubles or halves the room if more than half of it, or less than an eighth, is in use after that.</summary>
    internal void Sweep(bool grow = false)
    {
        var (before, end) = (_slots, _end.Read());
        var live = 0;
        for (var place = 0; place < end; place++)
        {
            live += this[place] is null ? 0 : 1;
        }

        var length = grow && live > before.Length / 2 ? before.Length * 2
            : before.Length > Kept && live < before.Length / 8 ? before.Length / 2
            : before.Length;
        var after = length == before.Length ? before : ArrayPool<Slot>.Shared.Rent(length);
        live = 0;
        for (var place = 0; place < end; place++)
        {
            var child = this[place];
            before[place].Child = null;
            if (child is not null)
            {
                after[live].Child = child;
                child.PlaceLocked = live++;
            }
        }

        Replace(after);
        _end.Write(live);
        _ended.Write(0);
        _gaps = 0;
    }

    private void MakeRoom()
    {
        var (before, end) = (_slots, _end.Read());
        if (_gaps != 0 || _ended.Read() != 0)
        {
            Sweep(grow: true);
            return;
        }

        // Nobody has left: each keeps its place, and none of them need be looked at.
        var after = ArrayPool<Slot>.Shared.Rent(before.Length * 2);
        before.AsSpan(0, end).CopyTo(after);
        before.AsSpan(0, end).Clear();
        Replace(after);
    }

    /// <summary>What was in the slots is somewhere else by now, and they are empty.</summary>
    private void Replace(Slot[] after)
    {
        var before = _slots;
        _slots = after;
        if (!ReferenceEquals(before, after) && before.Length > Few)
        {
            ArrayPool<Slot>.Shared.Return(before);
        }
    }

    /// <summary>What stands last is a child, so that children that come and go in turn need one slot.</summary>
    private void DropLast()
    {
        var end = _end.Read();
        while (end > 0 && this[end - 1] is null)
        {
            ref var slot = ref _slots[--end];
            if (slot.Child is null)
            {
                _gaps--;
            }
            else
            {
                slot.Child = null;
                _ended.Write(Math.Max(_ended.Read() - 1, 0));
            }
        }

        _end.Write(end);
    }

    private void Put(int place, CancellationNode child)
    {
        _slots[place].Child = child;
        child.PlaceLocked = place;
    }

    /// <summary>An array of a struct: storing into one of references checks what it is an array of.</summary>
    private struct Slot
    {
        internal CancellationNode? Child;
    }
}
