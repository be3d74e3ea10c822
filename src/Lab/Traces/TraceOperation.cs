namespace Lab.Traces;

/// <summary>An event that touched an object, so that its order with others may matter.</summary>
/// <param name="Ordinal">Which of its task's operations it is in its trace; 1 is the first.</param>
/// <param name="Event">The event itself.</param>
public sealed record TraceOperation(int Ordinal, TraceEvent Event)
{
    /// <summary>The operations of a trace in the order in which they happened.</summary>
    internal static List<TraceOperation> Of(Trace trace)
    {
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        var operations = new List<TraceOperation>();
        foreach (var e in trace.Events)
        {
            if (e.Access != Causality.AccessKind.None)
            {
                ordinals[e.Task] = ordinals.GetValueOrDefault(e.Task) + 1;
                operations.Add(new TraceOperation(ordinals[e.Task], e));
            }
        }

        return operations;
    }

    /// <summary>Whether the other may be the same operation of the program in another execution.</summary>
    internal bool IsLike(TraceOperation other) =>
        Event.Kind == other.Event.Kind && Event.Object == other.Event.Object && Event.Task == other.Event.Task;
}
