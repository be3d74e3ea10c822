using Lab.Core.Scheduling;

namespace Lab.Core.Channels;

/// <summary>
/// The right to send one message without waiting: a slot that is kept free for it. Either <see cref="Send"/> or disposal takes effect, whichever
/// comes first. Copies are the same permit.
/// </summary>
/// <remarks>
/// It belongs to the task that reserved. If that task ends with the permit unresolved, the slot is given back; if it ended normally, that is reported
/// as a leak. Any task may resolve it.
/// </remarks>
public readonly struct Permit<T> : IDisposable
{
    private readonly PermitNode<T>? _node;
    private readonly int _version;

    internal Permit(PermitNode<T> node, int version)
    {
        _node = node;
        _version = version;
    }

    internal bool IsDefault => _node is null;

    /// <summary>Sends; never waits. Takes effect at the call, after everything that was sent before. O(1).</summary>
    /// <exception cref="InvalidOperationException">The permit was used or disposed before, or is a default value.</exception>
    /// <exception cref="SendRejectedException{T}">The receiver was disposed: nobody will receive. The slot is given back.</exception>
    public void Send(T value)
    {
        TaskCalls.Entering();
        if (_node is not { } node)
        {
            throw Resolved();
        }

        if (!node.Core.SendReserved(node, _version, value))
        {
            throw node.Core.Rejection(value);
        }
    }

    /// <summary>Gives the slot back, to whoever waits for it; harmless after <see cref="Send"/>. O(1).</summary>
    public void Dispose()
    {
        TaskCalls.Entering();
        _node?.Core.AbortReserved(_node, _version);
    }

    internal static InvalidOperationException Resolved() =>
        new("The permit was sent or disposed before. Reserve one permit per message.");
}
