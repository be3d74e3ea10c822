using Lab.Core.Cancellation;
using Lab.Core.Observing;

namespace Lab.Properties.Cancellation;

/// <summary>Writes down cancellation events and counts gates, on the thread that observes.</summary>
internal sealed class EventLog : IObserver
{
    internal List<string> Lines { get; } = [];

    internal int GatesEntered { get; private set; }

    internal int MostGatesHeld { get; private set; }

    private int _held;

    public void On(EventKind kind, TracedObject? target, long a, long b)
    {
        switch (kind)
        {
            case EventKind.GateEntered:
                GatesEntered++;
                MostGatesHeld = Math.Max(MostGatesHeld, ++_held);
                break;
            case EventKind.GateExited:
                _held--;
                break;
            case EventKind.CancelChecked:
                Lines.Add($"{kind} {a}");
                break;
            default:
                Lines.Add($"{kind} {(CancellationKind)a}");
                break;
        }
    }

    public void Created(TracedObject target) => Lines.Add($"created {target.KindName}");

    public void Note(string text) => Lines.Add(text);

    internal Observation Observe()
    {
        var previous = Instrumentation.Current;
        Instrumentation.Current = this;
        return new Observation(previous);
    }

    internal readonly struct Observation(IObserver? previous) : IDisposable
    {
        public void Dispose() => Instrumentation.Current = previous;
    }
}
