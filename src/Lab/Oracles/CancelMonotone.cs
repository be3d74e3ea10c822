using Lab.Causality;
using Lab.Core.Cancellation;
using Lab.Core.Observing;

namespace Lab.Oracles;

/// <summary>
/// Cancellation only grows: a node that was requested never reads unrequested, is requested first exactly once, its severity never falls, and nobody
/// acknowledges what was not requested. Counter3: 0, or one more than the severity: tasks and scopes are nodes, and the other counters
/// are ScopeQuiescence's.
/// </summary>
internal sealed class CancelMonotone(Breach breach) : LiveOracle("cancel-monotone", breach)
{
    internal void Requested(ObjectShadow node, long kind)
    {
        Judged++;
        if (node.Counter3 != 0)
        {
            Break($"{node} was requested for the first time twice");
        }

        node.Counter3 = Rank(kind);
    }

    internal void Strengthened(ObjectShadow node, long kind)
    {
        Judged++;
        if (node.Counter3 == 0)
        {
            Break($"the reason of {node} was strengthened before there was one");
        }
        else if (Rank(kind) < node.Counter3)
        {
            Break($"the reason of {node} got weaker: severity {Rank(kind) - 1} ({(CancellationKind)kind}) after {node.Counter3 - 1}");
        }

        node.Counter3 = Math.Max(node.Counter3, Rank(kind));
    }

    internal void Checked(ObjectShadow node, bool seen)
    {
        if (node.Counter3 == 0)
        {
            return;
        }

        Judged++;
        if (!seen)
        {
            Break($"{node} was asked to cancel and then read as not asked");
        }
    }

    internal void Acknowledged(ObjectShadow node)
    {
        Judged++;
        if (node.Counter3 == 0)
        {
            Break($"{node} acknowledged a cancellation that nobody had requested");
        }
    }

    private static int Rank(long kind) => 1 + ((CancellationKind)kind).Severity();
}
