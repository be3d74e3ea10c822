namespace Lab.Strategies;

/// <summary>
/// What strategies have in common that deviate from a plain course at a few random places: the places are drawn over the k choices of an execution before it
/// begins. Beyond choice k, which is measured, the walk is uniform.
/// </summary>
internal abstract class Placing : Randomized
{
    private readonly string _prefix;
    private readonly Length _length;
    private readonly ChangePoints _places;
    private string _text;
    private int _choice;

    /// <param name="prefix">The strategy's text without k.</param>
    /// <param name="places">In an execution, at most.</param>
    /// <param name="length">Choices in an execution; null to learn it.</param>
    private protected Placing(string prefix, int places, int? length)
    {
        _prefix = prefix;
        _length = new Length(length);
        _places = new ChangePoints(places);
        _text = prefix + _length.Suffix;
    }

    internal sealed override bool Learns => _length.IsLearnt;

    public sealed override string ToString() => _text;

    internal sealed override object? Teach(in ExecutionFacts facts) => Lesson.Of(facts);

    internal sealed override void Learn(IReadOnlyList<object> lessons)
    {
        _length.Learn(lessons);
        _text = _prefix + _length.Suffix;
    }

    internal sealed override int Choose(ChoicePoint point)
    {
        var choice = _choice++;
        return choice >= _length.Value ? Choices.Next(point.Count) : Choose(point, choice);
    }

    private protected sealed override void Begin(long index)
    {
        _places.Draw(ref Choices, _length.Value);
        _choice = 0;
        Begin();
    }

    /// <summary>Before each execution, when its places are drawn.</summary>
    private protected abstract void Begin();

    /// <summary>Choice <paramref name="choice"/> of the first k.</summary>
    private protected abstract int Choose(ChoicePoint point, int choice);

    /// <inheritdoc cref="ChangePoints.TryTake"/>
    private protected bool TryTake(int choice, out int rank) => _places.TryTake(choice, out rank);
}
