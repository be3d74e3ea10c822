using Lab.Causality;
using Lab.Core.Observing;

namespace Lab.Oracles;

/// <summary>The rules that every execution is checked against while it runs. The first rule that is broken is the verdict.</summary>
internal sealed class LiveOracles
{
    private int _gateDepth;

    /// <summary>The first broken rule; null while all hold.</summary>
    internal Verdict? Broken { get; private set; }

    internal void Begin()
    {
        _gateDepth = 0;
        Broken = null;
    }

    /// <summary>A gate was entered (+1) or left (-1).</summary>
    internal void OnGate(int change) => _gateDepth += change;

    internal void On(EventKind kind, TaskShadow task, ObjectShadow? target, long a, long b)
    {
        switch (kind)
        {
            case EventKind.TaskWoken when _gateDepth > 0:
                Break("wake-after-unlock", $"task {target} was woken while a gate was held, by task {task}");
                break;
        }
    }

    /// <summary>Rules that can only be judged when the execution has ended.</summary>
    internal Verdict? AtEnd(ReadOnlySpan<ObjectShadow> objects) => null;

    private void Break(string rule, string text) => Broken ??= new Verdict(VerdictKind.OracleViolation, $"{rule}: {text}");
}
