using Lab.Core.Observing;

namespace Lab.Core.Cancellation;

/// <summary>
/// The way from a BCL token to a <see cref="CancellationNode"/>; see <see cref="CancellationNode.LinkTo"/>. Links one way only:
/// cancelling the node does nothing to the token.
/// </summary>
public sealed class CancellationLink : IDisposable
{
    private readonly CancellationNode? _node;
    private readonly int _life;
    private CancellationTokenRegistration _registration;

    /// <summary>A link from nowhere.</summary>
    internal CancellationLink()
    {
    }

    private CancellationLink(CancellationNode node, int life) => (_node, _life) = (node, life);

    /// <summary>
    /// Unlinks: a token cancelled from now on leaves the node alone. A request that is passing at this moment on another thread is not waited
    /// for. May be called any number of times.
    /// </summary>
    public void Dispose() => _registration.Unregister();

    internal static CancellationLink Connect(CancellationNode node, int life, CancellationToken token)
    {
        var link = new CancellationLink(node, life);

        // Runs the callback before it returns when the token is cancelled; nothing can dispose the link before it is returned.
        link._registration = token.UnsafeRegister(static state => ((CancellationLink)state!).Pass(), link);
        return link;
    }

    // The life keeps a forgotten link from cancelling a node that has been made as new since.
    private void Pass()
    {
        Instrumentation.Entering();
        CancellationWave.Spread(_node!, _life, new CancellationReason(CancellationKind.LinkedExit, _node!.Origin, _node.Now));
    }
}
