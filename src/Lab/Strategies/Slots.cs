using Lab.Causality;

namespace Lab.Strategies;

/// <summary>
/// What a strategy remembers of each task during one execution. Tasks come and go, so it is indexed by the number that the lab gave each at its
/// creation; the clock, which is an alternative like a task, has slot 0. Allocates only when an execution has more tasks than any before.
/// </summary>
/// <typeparam name="T">A new task's is the default.</typeparam>
internal sealed class Slots<T>
    where T : struct
{
    private T[] _items = new T[16];
    private int _used;

    internal ref T Clock => ref At(0);

    internal ref T this[TaskShadow task] => ref At(task.Number + 1);

    /// <summary>The slot of an alternative, the clock's too.</summary>
    internal ref T Of(ChoicePoint point, int index) => ref index == point.TaskCount ? ref At(0) : ref this[point[index].Shadow];

    internal void Clear()
    {
        Array.Clear(_items, 0, _used);
        _used = 0;
    }

    private ref T At(int slot)
    {
        if (slot >= _used)
        {
            _used = slot + 1;
            if (slot >= _items.Length)
            {
                Array.Resize(ref _items, Math.Max(_used, _items.Length * 2));
            }
        }

        return ref _items[slot];
    }
}
