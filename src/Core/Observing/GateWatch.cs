namespace Lab.Core.Observing;

/// <summary>How many gates one thread is inside. Apart from other events, since gates are entered several times a step: a count, and no call.</summary>
internal sealed class GateWatch
{
    internal int Depth;

    /// <summary>The managed id of that thread: asking the thread itself costs more than the rest of entering.</summary>
    internal int Thread;

    /// <summary>Who observes what that thread does: what happens under a gate is reported without asking the thread again.</summary>
    internal IObserver Observer = null!;
}
