namespace Lab.Strategies.Dpor;

/// <summary>
/// What one step touched: objects by their dense number, each read or written. Immutable and interned (<see cref="FootprintTable"/>), because the
/// same few come back in every execution. Two steps of different processes are dependent when one writes what the other touches.
/// </summary>
internal sealed class Footprint
{
    internal static readonly Footprint Empty = new([], []);

    private const int Exact = 64;

    private readonly int[] _objects;
    private readonly bool[] _writes;

    // Bit n mod 64 of what is read only, and of what is written. If no number is above 63 they are the whole truth.
    private readonly ulong _readMask;
    private readonly ulong _writeMask;
    private readonly bool _isExact = true;

    /// <param name="objects">Ascending, each once.</param>
    /// <param name="writes">Whether each is written.</param>
    internal Footprint(int[] objects, bool[] writes)
    {
        _objects = objects;
        _writes = writes;
        for (var i = 0; i < objects.Length; i++)
        {
            var bit = 1UL << (objects[i] & (Exact - 1));
            _readMask |= writes[i] ? 0 : bit;
            _writeMask |= writes[i] ? bit : 0;
            _isExact &= objects[i] < Exact;
        }
    }

    internal ReadOnlySpan<int> Objects => _objects;

    internal bool IsWrite(int index) => _writes[index];

    internal bool Writes(int target) => _objects.AsSpan().IndexOf(target) is >= 0 and var index && _writes[index];

    /// <summary>Whether the order of two such steps matters. Symmetric; usually three instructions.</summary>
    internal bool ConflictsWith(Footprint other)
    {
        if (((_writeMask & (other._readMask | other._writeMask)) | (_readMask & other._writeMask)) == 0)
        {
            return false;
        }

        return (_isExact && other._isExact) || Meets(other);
    }

    internal bool Matches(ReadOnlySpan<int> objects, ReadOnlySpan<bool> writes) => objects.SequenceEqual(_objects) && writes.SequenceEqual(_writes);

    private bool Meets(Footprint other)
    {
        for (int i = 0, j = 0; i < _objects.Length && j < other._objects.Length;)
        {
            var difference = _objects[i] - other._objects[j];
            if (difference == 0 && (_writes[i] || other._writes[j]))
            {
                return true;
            }

            i += difference <= 0 ? 1 : 0;
            j += difference >= 0 ? 1 : 0;
        }

        return false;
    }
}
