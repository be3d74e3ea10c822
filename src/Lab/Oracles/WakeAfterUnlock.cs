using Lab.Causality;

namespace Lab.Oracles;

/// <summary>Nobody is woken while a gate is held (design D5): the woken code could come back to the same gate.</summary>
internal sealed class WakeAfterUnlock(Breach breach) : LiveOracle("wake-after-unlock", breach)
{
    private int _held;

    internal void Begin() => _held = 0;

    /// <summary>A gate was entered (+1) or left (-1).</summary>
    internal void Changed(int change) => _held += change;

    internal void Woken(TaskShadow by, ObjectShadow? woken)
    {
        Judged++;
        if (_held > 0)
        {
            Break($"task {woken} was woken while a gate was held, by task {by}");
        }
    }
}
