using Lab.Seeds;
using Lab.Strategies;
using NUnit.Framework;

namespace Lab.Properties.Strategies.Dpor;

/// <summary>Every vector of choices, the last one first to change: what <c>dpor</c> is compared with. Draws are held fixed at 0.</summary>
internal sealed class EveryVector : Strategy
{
    private readonly List<(int Choice, int Count)> _vector = [];
    private int _at;
    private bool _isExhausted;

    internal override bool IsSearch => true;

    internal override bool IsExhausted => _isExhausted;

    public override string ToString() => "every-vector";

    internal override void Begin(Seed seed, long index) => _at = 0;

    internal override int Choose(ChoicePoint point)
    {
        if (_at == _vector.Count)
        {
            _vector.Add((0, point.Count));
        }

        Assert.That(_vector[_at].Count, Is.EqualTo(point.Count));
        return _vector[_at++].Choice;
    }

    internal override void End(in ExecutionFacts facts)
    {
        while (_vector.Count > 0 && _vector[^1].Choice + 1 == _vector[^1].Count)
        {
            _vector.RemoveAt(_vector.Count - 1);
        }

        _isExhausted = _vector.Count == 0;
        if (!_isExhausted)
        {
            _vector[^1] = (_vector[^1].Choice + 1, _vector[^1].Count);
        }
    }

    internal override ulong Draw(ulong bound) => 0;

    internal override int Pick(int count, bool isVictim) => 0;
}
