using System.Runtime.ExceptionServices;
using Lab.Core.Tasks;

namespace Lab.Core.Channels;

/// <summary>
/// An enumeration of a channel, written by hand: a compiler-made async iterator would post an extra step and allocate per message. It is its own
/// first enumerator.
/// </summary>
internal sealed class MessageStream<T> : IAsyncEnumerable<T>, IAsyncEnumerator<T>
{
    private readonly ChannelCore<T> _core;

    /// <summary>Whose enumeration it is; null for BCL-style code.</summary>
    private readonly Cx? _cx;
    private readonly string _file;
    private readonly int _line;
    private CancellationToken _token;
    private bool _isTaken;
    private ReceiveNextNode<T>? _node;

    internal MessageStream(ChannelCore<T> core, Cx? cx, string file, int line)
    {
        _core = core;
        _cx = cx;
        _file = file;
        _line = line;
    }

    internal MessageStream(ChannelCore<T> core, CancellationToken token)
        : this(core, null, "", 0) => _token = token;

    public T Current { get; private set; } = default!;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var stream = _isTaken ? new MessageStream<T>(_core, _cx, _file, _line) { _token = _token } : this;
        stream._isTaken = true;
        if (cancellationToken.CanBeCanceled)
        {
            stream._token = cancellationToken;
        }

        return stream;
    }

    public ValueTask<bool> MoveNextAsync()
    {
        var node = _node ??= new ReceiveNextNode<T>(_core, this);
        if (!node.IsFree || node.Owner is not null)
        {
            throw new InvalidOperationException("MoveNextAsync was called again before its last result was awaited. Await each before the next.");
        }

        var caller = _cx is null ? Caller.Enter(_token) : Caller.Enter(_cx, _file, _line, _token);
        if (_core.TryReceiveNext(caller, node, out var value, out var next))
        {
            caller.TakeInline();
            Current = value;
            return new ValueTask<bool>(true);
        }

        return next;
    }

    public ValueTask DisposeAsync()
    {
        Current = default!;
        return default;
    }

    /// <summary>The node has received the next message.</summary>
    internal void Accept(T value) => Current = value;

    /// <summary>At the end: throws what the channel was completed with.</summary>
    internal void ThrowIfFailed()
    {
        if (_core.Error is { } error)
        {
            if (_cx is null)
            {
                ExceptionDispatchInfo.Throw(error);
            }

            throw _core.EndError();
        }
    }
}
