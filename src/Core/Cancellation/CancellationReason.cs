using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Lab.Core.Memory;

namespace Lab.Core.Cancellation;

/// <summary>
/// Why, where and when cancellation was requested, and what that request followed from. Immutable; equal by value, causes included.
/// </summary>
/// <remarks>
/// Reasons are totally ordered, and <see cref="Strengthen"/> is the maximum. The order is complete on purpose: requests that tie in
/// severity and time are the normal case under a virtual clock, and which of two wins must not depend on which came first.
/// </remarks>
public sealed class CancellationReason : IEquatable<CancellationReason>
{
    /// <summary>The most causes that a reason carries.</summary>
    /// <value>16. Of a longer chain the nearest causes and the root cause are kept, those in between are left out.</value>
    public const int MaxCauseDepth = 16;

    // How many of the nearest causes stay when a full chain is cut. Cutting to half makes the cut O(1) amortised: a chain of parents
    // that goes down 100,000 levels cuts once in nine.
    private const int KeptWhenCut = (MaxCauseDepth / 2) - 1;

    private static readonly int s_parentSeverity = CancellationKind.ParentCancelled.Severity();

    // UTC, so that equality, order and text are the same whatever offset the caller's clock shows.
    private readonly long _utcTicks;

    private readonly byte _severity;

    // Number of causes below this reason; at most MaxCauseDepth.
    private readonly byte _depth;

    // See ForChildren; null until it is asked for. Whoever comes first: two that are made at the same time are equal.
    private AtomicReference<CancellationReason> _forChildren;

    /// <summary>Creates a reason.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="origin">Canonical text of the task or scope that asked. Default: empty, not known.</param>
    /// <param name="time">When. Default: <see cref="DateTimeOffset.MinValue"/>, not known (and therefore earlier than any known time).</param>
    /// <param name="message">Free text for people. Default: none.</param>
    /// <param name="cause">The reason this one follows from. Default: none. Longer chains are cut as <see cref="MaxCauseDepth"/> says.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not a defined kind.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="origin"/> is null.</exception>
    public CancellationReason(
        CancellationKind kind,
        string origin = "",
        DateTimeOffset time = default,
        string? message = null,
        CancellationReason? cause = null)
    {
        ArgumentNullException.ThrowIfNull(origin);
        _severity = (byte)kind.Severity();
        Kind = kind;
        Origin = origin;
        _utcTicks = time.UtcTicks;
        Message = message;
        Cause = cause is { _depth: MaxCauseDepth } ? CutAfter(cause, KeptWhenCut) : cause;
        _depth = Cause is null ? (byte)0 : (byte)(Cause._depth + 1);
    }

    // The same reason, or the children's of it, with another cause.
    private CancellationReason(CancellationKind kind, int severity, string origin, long utcTicks, string? message, CancellationReason cause)
    {
        (Kind, _severity, Origin, _utcTicks, Message) = (kind, (byte)severity, origin, utcTicks, message);
        Cause = cause._depth == MaxCauseDepth ? CutAfter(cause, KeptWhenCut) : cause;
        _depth = (byte)(Cause._depth + 1);
    }

    /// <summary>Why.</summary>
    public CancellationKind Kind { get; }

    /// <summary>Canonical text of the task or scope that asked; empty when not known.</summary>
    public string Origin { get; }

    /// <summary>When, in UTC; <see cref="DateTimeOffset.MinValue"/> when not known.</summary>
    public DateTimeOffset Time => new(_utcTicks, TimeSpan.Zero);

    /// <summary>Free text for people.</summary>
    public string? Message { get; }

    /// <summary>The reason this one follows from: for <see cref="CancellationKind.ParentCancelled"/> the parent's own, not the root's.</summary>
    public CancellationReason? Cause { get; }

    /// <summary>The severity of <see cref="Kind"/>, 0 to 5.</summary>
    public int Severity => _severity;

    /// <summary>The last reason of the chain of causes; this one when it has none. O(<see cref="MaxCauseDepth"/>).</summary>
    public CancellationReason RootCause
    {
        get
        {
            var reason = this;
            while (reason.Cause is { } cause)
            {
                reason = cause;
            }

            return reason;
        }
    }

    /// <summary>
    /// The stronger of two reasons; one of the two instances, the first when they are equal. Commutative, associative, idempotent, and never
    /// weaker than either.
    /// </summary>
    /// <remarks>
    /// Stronger is: higher severity; then the earlier time; then the later kind in the order of <see cref="CancellationKind"/>; then the one
    /// with a message; then the message, and then the origin, that comes first in ordinal order; then the one with a cause, and the stronger
    /// cause. O(<see cref="MaxCauseDepth"/>) at worst, without allocation.
    /// </remarks>
    /// <exception cref="ArgumentNullException">Either reason is null.</exception>
    public static CancellationReason Strengthen(CancellationReason a, CancellationReason b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return Compare(a, b) >= 0 ? a : b;
    }

    /// <inheritdoc/>
    public bool Equals(CancellationReason? other) => other is not null && Compare(this, other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CancellationReason);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _utcTicks, Message, Origin, _depth);

    /// <summary>
    /// One line for people: <c>Timeout from T0.1 at 2000-01-01T00:00:00.0000000Z: too slow, because User from T0</c>. The same on every machine.
    /// </summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var reason = this; reason is not null; reason = reason.Cause)
        {
            text.Append(reason == this ? "" : ", because ");
            reason.AppendTo(text);
        }

        return text.ToString();
    }

    /// <summary>The reason that the children of a node get when the node was cancelled for <paramref name="cause"/>.</summary>
    internal static CancellationReason FromParent(CancellationReason cause, string origin, DateTimeOffset time) =>
        new(CancellationKind.ParentCancelled, origin, time, message: null, cause);

    /// <summary>
    /// The reason that the children of a node without a name of its own get when it was cancelled for this one; its time is this one's. One instance
    /// for all of them, wherever they are: below a request a tree of such nodes has no more reasons than a cut chain of causes has lengths.
    /// </summary>
    internal CancellationReason ForChildren
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _forChildren.Read() ?? DeriveForChildren();
    }

    private CancellationReason DeriveForChildren()
    {
        var derived = new CancellationReason(CancellationKind.ParentCancelled, s_parentSeverity, "", _utcTicks, message: null, this);

        // A chain that was cut may be as it was some levels above, and from there on it goes on as it did then.
        var same = this;
        while (same is not null && !(same._depth == derived._depth && same.Equals(derived)))
        {
            same = same.Cause;
        }

        derived = same ?? derived;
        _forChildren.Write(derived);
        return derived;
    }

    private static int Compare(CancellationReason? a, CancellationReason? b)
    {
        // A loop, not a recursion: equal links are stepped over together until one chain ends or differs.
        while (!ReferenceEquals(a, b))
        {
            if (a is null || b is null)
            {
                return a is null ? -1 : 1;
            }

            var order = CompareWithoutCause(a, b);
            if (order != 0)
            {
                return order;
            }

            (a, b) = (a.Cause, b.Cause);
        }

        return 0;
    }

    private static int CompareWithoutCause(CancellationReason a, CancellationReason b)
    {
        var order = a.Severity.CompareTo(b.Severity);
        order = order != 0 ? order : b._utcTicks.CompareTo(a._utcTicks);
        order = order != 0 ? order : a.Kind.CompareTo(b.Kind);
        order = order != 0 ? order : (a.Message is not null).CompareTo(b.Message is not null);
        order = order != 0 ? order : string.CompareOrdinal(b.Message, a.Message);
        return order != 0 ? order : string.CompareOrdinal(b.Origin, a.Origin);
    }

    // The first `kept` reasons of the chain, then its root cause. Recursion at most KeptWhenCut deep.
    private static CancellationReason CutAfter(CancellationReason reason, int kept) => kept == 0
        ? reason.RootCause
        : new(reason.Kind, reason._severity, reason.Origin, reason._utcTicks, reason.Message, CutAfter(reason.Cause!, kept - 1));

    private void AppendTo(StringBuilder text)
    {
        text.Append(Kind);
        if (Origin.Length > 0)
        {
            AppendOneLine(text.Append(" from "), Origin);
        }

        if (_utcTicks != 0)
        {
            text.Append(" at ").Append(Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
        }

        if (Message is not null)
        {
            AppendOneLine(text.Append(": "), Message);
        }
    }

    private static void AppendOneLine(StringBuilder text, string part)
    {
        foreach (var c in part)
        {
            text.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        }
    }
}
