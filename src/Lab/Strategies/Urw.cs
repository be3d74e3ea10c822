using Lab.Causality;

namespace Lab.Strategies;

/// <summary>
/// Uniform random walk over interleavings (Zhao, Wolff, Mathur and Roychoudhury, "Selectively uniform concurrency testing", ASPLOS 2025): a task is chosen
/// with a probability proportional to the steps that it and those it will spawn have left, so that interleavings, not steps, are equally likely. Where
/// tasks are of very different length a random walk ends the short ones early; this does not.
/// </summary>
/// <remarks>
/// The steps of each task are parameters, learnt as means over earlier executions where the paper has one profiling run. Exact for tasks that never wait
/// for one another, as in the paper; a task that has more steps than were expected weighs 1. The clock is a task.
/// </remarks>
internal sealed class Urw : Randomized
{
    internal const string Name = "urw";

    internal static readonly StrategyKind Kind = new(Name, "urw[:TASK=STEPS,...]", static given => new Urw(TaskCounts.Parse(given)));

    private readonly Teacher? _teacher;
    private readonly StepMeans _means = new();
    private readonly TaskWeights _weights = new();
    private readonly WeightedDraw _draw = new();
    private TaskCounts _counts;
    private string _text;
    private int _clockSteps;

    /// <param name="counts">Steps of each task; empty to learn them.</param>
    internal Urw(TaskCounts counts)
    {
        _counts = counts;
        _teacher = counts.IsEmpty ? new Teacher(wantsTouches: false) : null;
        _text = TextOf(counts);
    }

    internal override bool Learns => _teacher is not null;

    public override string ToString() => _text;

    internal override object? Teach(in ExecutionFacts facts) => _teacher!.Of(facts);

    internal override void Learn(IReadOnlyList<object> lessons)
    {
        if (_means.Add(lessons))
        {
            _counts = _means.ToCounts();
            _text = TextOf(_counts);
        }
    }

    internal override int Choose(ChoicePoint point)
    {
        // Only the clock is nobody's step.
        _clockSteps += point.Current is null && point.Step > 0 ? 1 : 0;
        _draw.Clear();
        for (var i = 0; i < point.TaskCount; i++)
        {
            ref readonly var alternative = ref point[i];
            _draw.Add(Math.Max(_weights.Left(alternative.Shadow, alternative.Task.Polls), 1));
        }

        if (point.HasClock)
        {
            _draw.Add(Math.Max(_counts.Subtree(EntityId.Clock) - _clockSteps, 1));
        }

        return _draw.Draw(ref Choices);
    }

    private protected override void Begin(long index)
    {
        _teacher?.Begin(index);
        _weights.Begin(_counts);
        _clockSteps = 0;
    }

    private static string TextOf(TaskCounts counts) => counts.IsEmpty ? Name : $"{Name}:{counts.Text}";
}
