namespace Lab.Properties.Scheduling;

/// <summary>The store buffer of the keeper's processor: its plain stores in order, sixteen bits each, which others see later, one after the other.</summary>
internal static class KeptBuffer
{
    internal enum Store : byte
    {
        None,
        Word,
        Place,
        Wanted,
        Slot,
        Put,
        Take,
        Entry,
    }

    private const int Bits = 16;

    /// <summary>No processor's is that short; but longer ones show no more than this one does.</summary>
    private const int Most = 6;

    /// <summary>The keeper cannot go on before something has become visible: a move makes two stores at most.</summary>
    internal static bool IsFull(UInt128 buffer) => buffer >> ((Most - 1) * Bits) != 0;

    /// <summary>The keeper stores.</summary>
    internal static void Add(ref KeptState state, Store store, int value = 0)
    {
        var position = 0;
        while (state.Buffer >> position != 0)
        {
            position += Bits;
        }

        state.Buffer |= (UInt128)(((uint)value << 4) | (uint)store) << position;
    }

    /// <summary>The oldest store becomes visible.</summary>
    internal static KeptState Drain(KeptState state)
    {
        var value = (int)((uint)state.Buffer & 0xFFFF) >> 4;
        switch ((Store)((uint)state.Buffer & 15))
        {
            case Store.Word:
                state.Word = (byte)value;
                break;
            case Store.Place:
                state.Place = (byte)value;
                break;
            case Store.Wanted:
                state.IsWanted = value != 0;
                break;
            case Store.Slot:
                state.HasSlot = value != 0;
                break;
            case Store.Put:
                state.Inbox++;
                break;
            case Store.Take:
                state.Inbox--;
                break;
            default:
                state.Ready |= 1u << value;
                break;
        }

        state.Buffer >>= Bits;
        return state;
    }

    /// <summary>What the keeper itself sees.</summary>
    internal static KeptState Seen(KeptState state)
    {
        while (state.Buffer != 0)
        {
            state = Drain(state);
        }

        return state;
    }

    internal static bool HoldsInbox(UInt128 buffer)
    {
        for (; buffer != 0; buffer >>= Bits)
        {
            if ((Store)((uint)buffer & 15) is Store.Put or Store.Take)
            {
                return true;
            }
        }

        return false;
    }
}
