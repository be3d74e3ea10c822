using Lab.Core.Observing;

namespace Lab.Strategies.Dpor;

/// <summary>
/// Sees from one choice point to the next whose announced operation became possible, or came to wait for something else: the step between enabled it,
/// as a wake does for who is parked.
/// </summary>
internal sealed class DisabledTasks(SearchPath path, Processes processes)
{
    private List<Waiting> _before = [];
    private List<Waiting> _now = [];

    internal void Begin() => _before.Clear();

    /// <summary>At each choice point; <paramref name="isNew"/>: the step before it was not taken in the execution before.</summary>
    internal void Look(ChoicePoint point, bool isNew)
    {
        if (_before.Count == 0 && point.DisabledCount == 0)
        {
            return;
        }

        _now.Clear();
        for (var i = 0; i < point.DisabledCount; i++)
        {
            ref readonly var disabled = ref point.Disabled(i);
            _now.Add(new Waiting(processes.NumberOf(disabled.Id), disabled.Operation, disabled.Target));
        }

        if (isNew)
        {
            foreach (var waiting in _before)
            {
                if (!_now.Contains(waiting))
                {
                    path.Wake(waiting.Process);
                }
            }
        }

        (_before, _now) = (_now, _before);
    }

    private readonly record struct Waiting(int Process, OperationKind Operation, ulong Target);
}
