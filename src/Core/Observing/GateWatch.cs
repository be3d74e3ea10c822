namespace Lab.Core.Observing;

/// <summary>How many gates one thread is inside. Apart from other events, since gates are entered several times a step: a count, and no call.</summary>
internal sealed class GateWatch
{
    internal int Depth;
}
