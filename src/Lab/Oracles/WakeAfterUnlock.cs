using Lab.Causality;
using Lab.Core.Observing;

namespace Lab.Oracles;

/// <summary>Nobody is woken while a gate is held (design D5): the woken code could come back to the same gate.</summary>
internal sealed class WakeAfterUnlock(Breach breach) : LiveOracle("wake-after-unlock", breach)
{
    /// <summary>What the core counts into.</summary>
    internal GateWatch Gates { get; } = new();

    internal void Begin()
    {
        Gates.Depth = 0;
        Gates.Thread = Environment.CurrentManagedThreadId;
    }

    internal void Woken(TaskShadow by, ObjectShadow? woken)
    {
        Judged++;
        if (Gates.Depth > 0)
        {
            Break($"{TaskText.Of(by)} woke {(woken is TaskShadow task ? TaskText.Of(task) : woken?.Text)} while a gate was held");
        }
    }
}
