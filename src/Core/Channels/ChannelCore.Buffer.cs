using System.Runtime.CompilerServices;
using Lab.Core.Observing;

namespace Lab.Core.Channels;

// The ring of messages; all under the gate.
internal sealed partial class ChannelCore<T>
{
    /// <summary>Beside each message its stamp (1, 2, 3, ... in the order in which sends take effect); only while observed.</summary>
    private long[]? _stamps;
    private long _lastStamp;

    private void AppendLocked(T value)
    {
        if (_count == _ring.Length)
        {
            GrowLocked();
        }

        var index = Wrap(_head + _count);
        _ring[index] = value;
        _count++;
        if (Instrumentation.IsEnabled)
        {
            _stamps![index] = ++_lastStamp;
            Report(EventKind.ChannelSent, _lastStamp, _reserved);
        }
    }

    private T TakeLocked()
    {
        var index = _head;
        var value = _ring[index];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            _ring[index] = default!;
        }

        _head = Wrap(index + 1);
        _count--;
        if (Instrumentation.IsEnabled)
        {
            Report(EventKind.ChannelReceived, _stamps![index]);
        }

        return value;
    }

    private int Wrap(int index) => index < _ring.Length ? index : index - _ring.Length;

    private void GrowLocked()
    {
        var length = (int)Math.Min(Capacity, 2L * _ring.Length);
        _ring = Unwrapped(_ring, length);
        if (_stamps is not null)
        {
            _stamps = Unwrapped(_stamps, length);
        }

        _head = 0;
    }

    private TItem[] Unwrapped<TItem>(TItem[] ring, int length)
    {
        var grown = new TItem[length];
        Array.Copy(ring, _head, grown, 0, ring.Length - _head);
        Array.Copy(ring, 0, grown, ring.Length - _head, _head);
        return grown;
    }
}
