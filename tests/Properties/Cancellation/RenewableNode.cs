using Lab.Core.Cancellation;
using Lab.Core.Memory;

namespace Lab.Properties.Cancellation;

/// <summary>A node that can be made as new and attached again, as those of tasks and scopes, and has nothing else of its own.</summary>
internal sealed class RenewableNode : CancellationNode
{
    private AtomicInt32 _life;

    internal override ref AtomicInt32 LifeWord => ref _life;

    internal static RenewableNode Below(CancellationNode parent)
    {
        var node = new RenewableNode();
        node.Attach(parent);
        return node;
    }
}
