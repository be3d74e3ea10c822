using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>A number of choices out of the first k, but no more than k, drawn before the execution begins; each has a rank, the order in which it was drawn.</summary>
internal sealed class ChangePoints(int count)
{
    private readonly int[] _at = new int[count];
    private readonly int[] _rank = new int[count];
    private int _drawn;
    private int _next;

    /// <summary>Draws them anew from the choices below <paramref name="length"/>, each on its own: several may fall on one choice.</summary>
    /// <param name="prng">Where from.</param>
    /// <param name="length">At least 1.</param>
    internal void Draw(ref Prng prng, int length)
    {
        _next = 0;
        _drawn = Math.Min(count, length);
        for (var i = 0; i < _drawn; i++)
        {
            _at[i] = prng.Next(length);
            _rank[i] = i;
        }

        _at.AsSpan(0, _drawn).Sort(_rank.AsSpan(0, _drawn));
    }

    /// <summary>Whether this choice is one; asked in rising order, and again until it is not.</summary>
    internal bool TryTake(int choice, out int rank)
    {
        if (_next < _drawn && _at[_next] == choice)
        {
            rank = _rank[_next++];
            return true;
        }

        rank = 0;
        return false;
    }
}
