using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>Unbiased draws below bounds of 64 bits.</summary>
internal static class Draws
{
    internal static ulong Below(ref Prng prng, ulong bound)
    {
        if (bound <= int.MaxValue)
        {
            return (ulong)prng.Next((int)bound);
        }

        // Rejection: the largest multiple of the bound that fits is the end of the accepted range.
        var limit = ulong.MaxValue - (ulong.MaxValue % bound);
        ulong value;
        do
        {
            value = prng.Next();
        }
        while (value >= limit);

        return value % bound;
    }
}
