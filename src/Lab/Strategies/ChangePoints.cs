using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>A number of choices out of the first k, drawn before the execution begins; each has a rank, the order in which it was drawn.</summary>
internal sealed class ChangePoints(int count)
{
    private readonly int[] _at = new int[count];
    private readonly int[] _rank = new int[count];
    private int _drawn;
    private int _next;

    /// <summary>Draws distinct ones, from the choices below <paramref name="length"/>.</summary>
    /// <param name="prng">Where from.</param>
    /// <param name="length">At least <paramref name="most"/>.</param>
    /// <param name="most">No more than this many, whatever was asked for.</param>
    internal void Draw(ref Prng prng, int length, int most)
    {
        _next = 0;
        _drawn = Math.Min(count, most);
        for (var i = 0; i < _drawn; i++)
        {
            // Floyd's sampling would do with fewer draws; rejection keeps the order of drawing uniform too, and few are drawn of many.
            int at;
            do
            {
                at = prng.Next(length);
            }
            while (_at.AsSpan(0, i).Contains(at));
            _at[i] = at;
            _rank[i] = i;
        }

        _at.AsSpan(0, _drawn).Sort(_rank.AsSpan(0, _drawn));
    }

    /// <summary>Draws all of them, each on its own: several may fall on one choice.</summary>
    internal void DrawIndependent(ref Prng prng, int length)
    {
        _next = 0;
        _drawn = count;
        for (var i = 0; i < count; i++)
        {
            _at[i] = prng.Next(length);
            _rank[i] = i;
        }

        _at.AsSpan().Sort(_rank.AsSpan());
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
