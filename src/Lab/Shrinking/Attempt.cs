using Lab.Execution;

namespace Lab.Shrinking;

/// <summary>One execution of a plan: what it decided, and what came of it.</summary>
internal sealed class Attempt(LabResult result, bool fails, Steered steered)
{
    private readonly Option[] _options = steered.Options.ToArray();

    internal LabResult Result => result;

    /// <summary>It failed as the one that is shrunk.</summary>
    internal bool Fails => fails;

    internal Taken[] Log { get; } = steered.Log.ToArray();

    /// <summary>Only what it really did differently from the default.</summary>
    internal Plan Plan { get; } = Plan.Of(steered.Log);

    internal Strain Strain { get; } = steered.Strain;

    internal Score Score => field ??= new Score(Strain, result.Steps, _starts, Log);

    private readonly int _starts = steered.Starts;

    internal ReadOnlySpan<Option> OptionsOf(in Taken taken) => _options.AsSpan(taken.FirstOption, taken.Options);

    /// <summary>The decisions that differ from the default, in order.</summary>
    internal List<Moment> Deviations(Concern concern = Concern.Everything)
    {
        var moments = new List<Moment>();
        foreach (var taken in Log)
        {
            if (taken.IsDeviation && concern switch { Concern.Clock => taken.IsEarly, Concern.Preemptions => taken.IsPreemption, _ => true })
            {
                moments.Add(taken.At);
            }
        }

        return moments;
    }
}
