using System.Runtime.InteropServices;
using Lab.Seeds;

namespace Lab.Shrinking;

/// <summary>
/// A schedule as shrinking cuts it: answers to some decisions, the non-pre-emptive default (for draws and picks: 0) to all others. Valid for every
/// execution of the program: an answer that is not possible where it is asked for is the default. Immutable.
/// </summary>
internal sealed class Plan
{
    private readonly Dictionary<Moment, ulong> _answers;

    private Plan(Dictionary<Moment, ulong> answers)
    {
        _answers = answers;
        foreach (var (at, answer) in answers)
        {
            var word = SplitMix64.Mix((ulong)at.Ordinal + ((ulong)at.Kind << 60)) + at.Task;
            Key += new UInt128(SplitMix64.Mix(word ^ answer), SplitMix64.Mix(word + (answer * SplitMix64.Gamma)));
        }
    }

    internal static Plan Default { get; } = new([]);

    internal int Count => _answers.Count;

    /// <summary>Equal for equal plans, and in practice for no others.</summary>
    internal UInt128 Key { get; }

    internal static Plan Of(IEnumerable<KeyValuePair<Moment, ulong>> answers) => new(new Dictionary<Moment, ulong>(answers));

    /// <summary>The answers of an execution that differ from the default.</summary>
    internal static Plan Of(ReadOnlySpan<Taken> log)
    {
        var answers = new Dictionary<Moment, ulong>();
        foreach (ref readonly var taken in log)
        {
            if (taken.IsDeviation)
            {
                answers[taken.At] = taken.Answer;
            }
        }

        return new Plan(answers);
    }

    internal bool TryGet(in Moment at, out ulong answer) => _answers.TryGetValue(at, out answer);

    internal Plan With(Moment at, ulong answer)
    {
        var answers = new Dictionary<Moment, ulong>(_answers);
        CollectionsMarshal.GetValueRefOrAddDefault(answers, at, out _) = answer;
        return new Plan(answers);
    }

    internal Plan Without(IEnumerable<Moment> moments)
    {
        var answers = new Dictionary<Moment, ulong>(_answers);
        foreach (var at in moments)
        {
            answers.Remove(at);
        }

        return new Plan(answers);
    }
}
