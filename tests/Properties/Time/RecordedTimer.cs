using Lab.Core.Time;

namespace Lab.Properties.Time;

/// <summary>A timer that writes its name and due time to a log, and then does what it is told.</summary>
internal sealed class RecordedTimer(string name, List<string> log, Action? then = null) : TimerEntry
{
    internal string Name => name;

    internal override void Fire(long due)
    {
        log.Add($"{name}@{due}");
        then?.Invoke();
    }
}
