using System.Diagnostics;
using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;

namespace Lab.Core.Cancellation;

/// <summary>
/// A node of the cancellation tree. Once requested, cancellation stays requested and its reason only gets stronger; it spreads to every
/// node below, never upwards or sideways. All members may be called from any thread, also from listeners.
/// </summary>
/// <remarks>
/// <para>Protocol. The reason and the flag are one word: null is "not requested", so nobody can see the flag and miss the reason. It is
/// written under the node's gate together with the decision whom to tell: the children and listeners linked at that moment are told by the
/// caller of <see cref="Cancel"/>, and whoever links itself later finds the reason and tells itself. Nobody falls in between.</para>
/// <para>A request first marks the whole subtree and only then runs hooks, BCL tokens and listeners (<see cref="CancellationWave"/>), none of
/// them under a gate. No code path holds two gates at once. The links of a child are guarded by its parent's gate, everything else by the
/// node's own.</para>
/// <para>Cost: 64 bytes; listeners, children besides the first, and the BCL token cost nothing until they are used.</para>
/// </remarks>
public partial class CancellationNode : TracedObject
{
    /// <summary>Stands for whichever life of a node it is in: what a caller who holds the node itself means.</summary>
    internal const int AnyLife = -1;

    // Side by side: alone, either would take eight bytes.
    private GateWord _gate;

    // Where the parent has this node; guarded by the parent's gate.
    private int _place;

    // The tree. The parent: written under its gate; read anywhere.
    private AtomicReference<CancellationNode> _parent;

    // Null, the only child, or CancellationChildren: written under this gate; that it is null is read anywhere. The child may have ended.
    private AtomicReference<object> _children;

    // Last, where the fields of a task's context follow: a call into the core looks at this one and at the record, and finds them side by side.
    // The flag and the reason, as readers see them: the node's own, or in a task whose ScopeAsync body runs in a cancelled scope the stronger of
    // both. Written under the gate, read anywhere; the release store pairs with the acquire load of every reader.
    private AtomicReference<CancellationReason> _shown;

    // Who is to be told: null, the source of the BCL token, or a ListenerList that has both. Guarded by the gate; the source is cancelled outside it.
    private object? _told;

    /// <summary>Whether cancellation was requested. Never turns false again.</summary>
    /// <remarks>One acquire load. Whoever sees true finds a <see cref="Reason"/>, and sees what the requester wrote before it asked.</remarks>
    public bool IsCancellationRequested
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Reason is not null;
    }

    /// <summary>The strongest reason so far; null as long as cancellation was not requested. One acquire load.</summary>
    public CancellationReason? Reason
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var reason = _shown.Read();
            if (Instrumentation.IsEnabled)
            {
                Instrumentation.Report(EventKind.CancelChecked, this, reason is null ? 0 : 1);
            }

            return reason;
        }
    }

    /// <summary>
    /// A BCL token that is cancelled exactly when this node is. The same token every time it is asked for; made at the first call.
    /// </summary>
    /// <remarks>
    /// Its callbacks run like listeners: by the call that cancels the node, after the whole subtree is marked, under no gate. In between,
    /// another thread can see the node cancelled and the token not yet. O(1).
    /// </remarks>
    public CancellationToken Token
    {
        get
        {
            using (_gate.Enter())
            {
                AssertInvariants();
                if (SourceLocked is { } source)
                {
                    return source.Token;
                }

                return Own.Read() is null ? MakeSourceLocked().Token : new CancellationToken(canceled: true);
            }
        }
    }

    internal override string KindName => "cancellation";

    /// <summary>Whose canonical text names this node in the reasons that its children get.</summary>
    internal virtual string Origin => "";

    /// <summary>
    /// The time of the reasons that this node derives: <see cref="CancellationKind.ParentCancelled"/> for its children,
    /// <see cref="CancellationKind.LinkedExit"/> for itself. There is no ambient clock: without an override it is the time of its own reason,
    /// and <see cref="DateTimeOffset.MinValue"/> ("not known") before there is one. Called under no gate.
    /// </summary>
    internal virtual DateTimeOffset Now => Own.Read()?.Time ?? DateTimeOffset.MinValue;

    /// <summary>What <see cref="Reason"/> would return, without telling an observer.</summary>
    internal CancellationReason? ShownReason
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _shown.Read();
    }

    /// <summary>Like <see cref="Reason"/>, for the core's own bookkeeping: not an access of the program, so not reported as one.</summary>
    internal CancellationReason? UnobservedReason => Own.Read();

    /// <summary>Where a node that shows another one's reason beside its own keeps its own. Written under the gate, read anywhere.</summary>
    internal virtual ref AtomicReference<CancellationReason> OwnWord => ref _shown;

    /// <summary>
    /// Which life of the node this is, for types that begin another one: raised by <see cref="Reset"/>. A request on its way to an earlier life must not
    /// reach this one. Written under the gate, read anywhere.
    /// </summary>
    internal virtual ref AtomicInt32 LifeWord => throw new InvalidOperationException("A cancellation node of this type has one life.");

    // A type of its own may override hooks, name, clock and words; these two do not, and of them there may be very many.
    private bool HasHooks => GetType() != typeof(CancellationBranch) && GetType() != typeof(CancellationNode);

    private ref AtomicReference<CancellationReason> Own => ref HasHooks ? ref OwnWord : ref _shown;

    /// <summary>
    /// Under the gate: shows (or with null hides) another node's reason to the readers of this one, beside its own. For the scope that runs in a task.
    /// </summary>
    internal void ShowLayerLocked(CancellationReason? layer)
    {
        AssertInvariants();
        var own = Own.Read();
        _shown.Write(own is null ? layer : layer is null ? own : CancellationReason.Strengthen(own, layer));
    }

    /// <summary>
    /// Requests cancellation of this node and everything below it, or strengthens the request that is there.
    /// </summary>
    /// <returns>True for the first request of this node; false for every later one, whether it made the reason stronger or not.</returns>
    /// <remarks>
    /// <para>When it returns, every node that was below this one is cancelled, and everyone who had to hear of it has, except those whom
    /// another thread is telling at this moment. Re-entry from listeners is allowed. Children get
    /// <see cref="CancellationKind.ParentCancelled"/> with their parent's own reason as its cause.</para>
    /// <para>O(nodes whose reason changes, and their children), iterative; O(1) for a node without children and when the reason is no stronger
    /// than the present one. Allocates a reason for each node with a name (a scope, a task) that has children, some twenty for all others together, and
    /// what listeners and tokens need.</para>
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="reason"/> is null.</exception>
    /// <exception cref="AggregateException">Listeners or callbacks of tokens threw. All others were told nevertheless.</exception>
    public bool Cancel(CancellationReason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Instrumentation.Entering();
        return CancellationWave.Spread(this, AnyLife, reason);
    }

    /// <summary>
    /// Offered every exception that a listener, a token's callback or a hook of this node threw. Returns true when it was dealt with;
    /// false (here) to have it thrown from the call that ran the listener, after everybody else was told.
    /// </summary>
    internal virtual bool OnListenerFaulted(Exception fault) => false;

    /// <summary>
    /// Runs after every request that changed the reason, under no gate, before the token and the listeners of this node and after the whole
    /// subtree is marked. Two requests at the same time may arrive here in either order: <see cref="Reason"/> has the strongest.
    /// </summary>
    /// <param name="reason">The reason that this request led to.</param>
    /// <param name="first">True exactly once in the life of the node.</param>
    internal virtual void OnCancellationRequested(CancellationReason reason, bool first)
    {
    }

    /// <summary>
    /// Makes a detached node as new. Registered listeners are dropped unrun, links no longer reach it, tokens that were handed out stay as they
    /// are and belong to nobody. Allocates nothing. The observer's state of the object is the owner's business.
    /// </summary>
    /// <remarks>
    /// A request that was spreading when the node was detached does not mark its new life. Its hook may still be called late,
    /// so an override looks at <see cref="Reason"/> before it acts.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The node has a parent or children, or is of a type that has one life.</exception>
    internal void Reset()
    {
        if (Parent is not null || HasChildren)
        {
            throw new InvalidOperationException("Only a cancellation node without parent and children can be made as new.");
        }

        using (_gate.Enter())
        {
            AssertInvariants();
            BeginLife(ref LifeWord);
            Own.Write(null);
            _shown.Write(null);
            var listeners = _told as ListenerList;
            listeners?.Clear();
            _told = listeners;
        }
    }

    /// <summary>
    /// Like <see cref="Reset"/>, for an owner who knows that nobody else can reach the node any more, as between two executions of the lab: with nothing
    /// to forget and no request on its way here there is nobody to exclude, and no gate is taken.
    /// </summary>
    /// <param name="own">The node's own reason: whoever has a word of its own for it (<see cref="OwnWord"/>) knows where it is.</param>
    /// <param name="life">Its <see cref="LifeWord"/>.</param>
    private protected void ResetUnreached(CancellationReason? own, ref AtomicInt32 life)
    {
        if (Parent is null && !HasChildrenLocked && _told is null && own is null && _shown.Read() is null)
        {
            BeginLife(ref life);
            return;
        }

        Reset();
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_gate.IsHeld, "The gate of the node is held.");
        Debug.Assert(_told is not ListenerList listeners || listeners.IsConsistent, "The list of listeners is linked both ways.");
    }
}
