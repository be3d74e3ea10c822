namespace Lab.Core.Observing;

/// <summary>Sees every event of one execution, on the thread where it happens, in the order in which it happens there.</summary>
internal interface IObserver
{
    /// <summary>An event. <paramref name="a"/> and <paramref name="b"/> mean what <see cref="EventKind"/> says for the kind.</summary>
    void On(EventKind kind, TracedObject? target, long a, long b);

    /// <summary>The program calls the core in a place that knows of no tasks: what the running task has begun before takes effect before it.</summary>
    void Entering()
    {
    }

    /// <summary>A traced object was constructed by the running step (or outside of any).</summary>
    void Created(TracedObject target);

    /// <summary>Free text for the trace, from <c>cx.Note</c>.</summary>
    void Note(string text);
}
