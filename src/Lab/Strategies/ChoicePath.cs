using System.Globalization;
using System.Text;

namespace Lab.Strategies;

/// <summary>
/// Where an exhaustive search is: the choice taken at each branching point of one execution, and of how many. The next execution raises the last
/// choice that can be raised and takes the first choice at whatever follows. What has been searched is exactly what lies before the path in
/// lexicographic order, so the path is all there is to save.
/// </summary>
/// <remarks>
/// Dividing: a path is cut where the product of its counts first reaches <see cref="SubtreesPerPart"/> for each part. That depends on the path alone, so
/// all parts cut the tree into the same subtrees, number them in the same order and take every n-th. Of the others a part runs one execution each, to see
/// where the next one begins.
/// </remarks>
internal sealed class ChoicePath
{
    private const int SubtreesPerPart = 32;

    private Branch[] _branches = new Branch[64];
    private int _length;
    private int _next;
    private int _part;
    private int _parts = 1;
    private long _subtree;

    /// <summary>Nothing is left.</summary>
    internal bool IsExhausted { get; private set; }

    /// <summary>Only a part of the tree is searched.</summary>
    internal bool IsDivided => _parts > 1;

    /// <summary>The execution that ended lies in another part.</summary>
    internal bool IsForeign { get; private set; }

    /// <summary>Why a repeated beginning did not go as before; null if it did.</summary>
    internal string? Diverged { get; private set; }

    /// <summary>Before each execution.</summary>
    internal void Begin()
    {
        _next = 0;
        IsForeign = false;
        Diverged = null;
    }

    /// <summary>The choice at the next branching point, in [0, <paramref name="count"/>).</summary>
    internal int Take(int count)
    {
        var index = _next++;
        if (index < _length)
        {
            ref var known = ref _branches[index];
            if (known.Count == count)
            {
                return known.Choice;
            }

            Diverged ??= string.Create(
                CultureInfo.InvariantCulture,
                $"branching point {index + 1} has {count} alternatives; when the same choices led there before it had {known.Count}");
            return 0;
        }

        if (index == _branches.Length)
        {
            Array.Resize(ref _branches, index * 2);
        }

        _branches[index] = new Branch(0, count);
        _length = index + 1;
        return 0;
    }

    /// <summary>After each execution: on to the next.</summary>
    internal void Advance()
    {
        // A failing execution may end before the beginning that it repeats does; only a nondeterministic program's can.
        _length = Math.Min(_length, _next);
        var cut = _parts == 1 ? 0 : Cut();
        if (_subtree % _parts != _part)
        {
            IsForeign = true;
            _length = cut;
        }

        while (_length > 0 && _branches[_length - 1].IsLast)
        {
            _length--;
        }

        if (_length == 0)
        {
            IsExhausted = true;
            return;
        }

        _branches[_length - 1].Choice++;
        if (_length <= cut)
        {
            _subtree++;
        }
    }

    /// <summary>Back to the beginning of the tree, for another pass over it.</summary>
    internal void Restart()
    {
        _length = 0;
        _subtree = 0;
        IsExhausted = false;
    }

    internal void Divide(int part, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, parts);
        (_part, _parts) = (part, parts);
    }

    /// <summary>For example <c>0/1 0 1/3 0/2</c>: part, number of the subtree, choices; or <c>0/1 12 end</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_part}/{_parts} {_subtree}");
        foreach (var branch in _branches.AsSpan(0, _length))
        {
            text.Append(CultureInfo.InvariantCulture, $" {branch.Choice}/{branch.Count}");
        }

        return text.Append(IsExhausted ? " end" : "").ToString();
    }

    /// <summary>What <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    internal void Restore(ReadOnlySpan<string> words)
    {
        if (words is not [var part, var subtree, .. var rest] || !TryPair(part, out _part, out _parts)
            || !long.TryParse(subtree, NumberStyles.None, CultureInfo.InvariantCulture, out _subtree))
        {
            throw new FormatException("a search's state begins with its part and the number of a subtree, as in '0/1 0'");
        }

        IsExhausted = rest is [.., "end"];
        rest = IsExhausted ? rest[..^1] : rest;
        _length = 0;
        foreach (var word in rest)
        {
            if (!TryPair(word, out var choice, out var count))
            {
                throw new FormatException($"'{word}' is no choice of a search; one looks like '1/3'");
            }

            _next = _length;
            Take(count);
            _branches[_length - 1].Choice = choice;
        }
    }

    private int Cut()
    {
        var product = 1L;
        var target = (long)_parts * SubtreesPerPart;
        var index = 0;
        while (index < _length && product < target)
        {
            product *= _branches[index++].Count;
        }

        return index;
    }

    private static bool TryPair(string text, out int value, out int bound)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        value = bound = 0;
        return slash > 0
            && int.TryParse(text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bound)
            && value < bound;
    }

    private record struct Branch(int Choice, int Count)
    {
        internal readonly bool IsLast => Choice + 1 == Count;
    }
}
