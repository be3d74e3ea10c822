using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Strategies;
using Lab.Traces;

namespace Lab.Exploration;

/// <summary>
/// One thread's lab and its copy of the strategy. Runs batches of executions; knows nothing of what others ran. An execution is a function of its index
/// and of what the strategy has learnt by then, so it does not matter which worker runs it.
/// </summary>
internal sealed class ExplorationWorker
{
    private readonly Func<Cx, Task> _program;
    private readonly ExploreOptions _options;
    private Strategy _first;
    private int _epoch;

    // Of a search, which cannot run an execution again: the last one, and its decisions where the engine holds others by now.
    private LabResult? _last;
    private List<Decision>? _lastDecisions;

    internal ExplorationWorker(Func<Cx, Task> program, ExploreOptions options, Slices? slices = null)
    {
        _program = program;
        _options = options;
        Strategy = StrategySpec.Parse(options.Strategy);
        _first = Strategy.IsSearch ? Strategy : new FirstExecution(Strategy);
        Engine = new LabEngine(options.Lab, slices);
    }

    internal LabEngine Engine { get; }

    internal Strategy Strategy { get; private set; }

    /// <summary>What it runs now; for whoever gives up its thread.</summary>
    internal Batch? Current { get; set; }

    /// <summary>How often the strategy has learnt: before executions 1, 2, 4, ...</summary>
    internal int Epoch => _epoch;

    /// <summary>Which epoch an execution belongs to: all executions of one use the same parameters.</summary>
    internal static int EpochOf(long index) => Coverage.EpochOf(Math.Min(index, Strategy.LearningEnds));

    internal void Learn(IReadOnlyList<object> lessons)
    {
        Strategy.Learn(lessons);
        _epoch++;
    }

    /// <summary>Learns what the whole run would have learnt before <paramref name="index"/>, by running that part of it; nothing of it is counted.</summary>
    /// <returns>False when it was stopped.</returns>
    internal async ValueTask<bool> LearnAloneAsync(long index, Func<bool> mustStop)
    {
        var lessons = new List<object>();
        while (_epoch < EpochOf(index))
        {
            for (var i = _epoch == 0 ? 0 : 1L << (_epoch - 1); i < 1L << _epoch; i++)
            {
                if (mustStop())
                {
                    return false;
                }

                await RunAsync(i);
                Add(lessons);
            }

            Learn([.. lessons]);
            lessons.Clear();
        }

        return true;
    }

    /// <summary>
    /// Runs until the batch is full, or <paramref name="mustStop"/>, or, unless the run goes on, a failure. The very first execution is always run.
    /// </summary>
    internal async ValueTask FillAsync(Batch batch, Func<bool> mustStop)
    {
        var before = Judged();
        Strategy.TakeMetrics();
        for (var i = 0; i < batch.Wanted && (batch.First + i == 0 || !mustStop()); i++)
        {
            var index = Position(batch.First + i);
            var result = await RunAsync(index);
            while (Strategy.IsForeign && !Strategy.IsExhausted && !mustStop())
            {
                Strategy.TakeMetrics();
                result = await RunAsync(index);
            }

            if (!Remember(batch, result))
            {
                break;
            }

            // The very first execution is not the strategy's own.
            var decided = Strategy.TakeMetrics();
            batch.Metrics = StrategyMetrics.Sum(batch.Metrics, index == 0 && !Strategy.IsSearch && decided is not null ? default(StrategyMetrics) : decided);

            var recorded = IsSample(result, index - _options.First) ? await VerifyAsync(result) : result;
            batch.Add(new Executed(result.Fingerprint, result.Outcome, result.Steps, result.Verdict.IsFailure));
            if (recorded.Verdict.IsFailure)
            {
                batch.Findings.Add(new Finding(batch.Count - 1, recorded));
            }

            if (batch.IsExhausted || (batch.Findings.Count > 0 && !_options.KeepGoing))
            {
                break;
            }
        }

        var after = Judged();
        for (var i = 0; i < after.Length; i++)
        {
            batch.Judged[i] = after[i] - before[i];
        }
    }

    /// <summary>An execution that passed turned out to have a sister with other notes: runs it once more, recorded, for the failing result.</summary>
    internal async ValueTask<LabResult> ExposeAsync(long own, Executed executed)
    {
        var result = _last;
        if (!Strategy.IsSearch)
        {
            var index = Position(own);
            await GoToAsync(EpochOf(index), index);
            result = await RunAsync(index);
            _lastDecisions = null;
        }

        var isSame = result!.Fingerprint == executed.Fingerprint && result.Outcome == executed.Outcome && !result.Verdict.IsFailure;
        return await Reexecution.RunAsync(Engine, _program, result, _options, isSame ? OtherOutcome() : Elsewhere(), _lastDecisions);
    }

    /// <summary>What each live oracle has judged on this worker.</summary>
    internal long[] Judged() => [.. Engine.Oracles.All.Select(static oracle => oracle.Judged)];

    private long Position(long own) => _options.First + (_options.Shard is { } shard && !Strategy.IsSearch ? shard.Ordinal(own) : own);

    /// <summary>The execution may be another worker's, from an epoch that this one has left or not reached: its strategy must have learnt as much, and no more.</summary>
    private async ValueTask GoToAsync(int epoch, long index)
    {
        if (Strategy.Learns && _epoch != epoch)
        {
            Strategy = StrategySpec.Parse(_options.Strategy);
            _first = new FirstExecution(Strategy);
            _epoch = 0;
            await LearnAloneAsync(index, static () => false);
        }
    }

    private ValueTask<LabResult> RunAsync(long index) =>
        Engine.RunAsync(_program, index == 0 ? _first : Strategy, _options.Seed.ForExecution(index), index);

    /// <summary>What an execution leaves for later. False: it was none of this part's, and the search has no other left.</summary>
    private bool Remember(Batch batch, LabResult result)
    {
        batch.IsExhausted = Strategy.IsExhausted;
        if (Strategy.IsForeign)
        {
            return false;
        }

        Add(batch.Lessons);
        _last = result;
        _lastDecisions = null;
        return true;
    }

    /// <summary>Failures are executed twice, and powers of two: a sample that shows a nondeterministic program even when it passes.</summary>
    private static bool IsSample(LabResult result, long ordinal) => result.Verdict.IsFailure || (ordinal & (ordinal - 1)) == 0;

    private async ValueTask<LabResult> VerifyAsync(LabResult result)
    {
        if (result.Verdict.IsFailure)
        {
            Engine.BePatient();
            return await Reexecution.RunAsync(Engine, _program, result, _options);
        }

        _lastDecisions = TraceBuilder.Decisions(Engine);
        var recorded = await Reexecution.RunAsync(Engine, _program, result, _options, null, _lastDecisions);
        return recorded.Verdict.IsFailure ? recorded : await Linearisations.CheckAsync(Engine, _program, result, _options) ?? recorded;
    }

    private void Add(List<object> lessons)
    {
        if (Engine.Lesson is { } lesson)
        {
            lessons.Add(lesson);
        }
    }

    private static Verdict OtherOutcome() => new(
        VerdictKind.UndeclaredSharing,
        "two executions with the same order of declared operations ended with different notes.\n"
        + "Something is shared that the lab cannot see: a field, a collection, a BCL primitive. Use Shared<T> or a primitive of the core.");

    private static Verdict Elsewhere() => new(
        VerdictKind.Nondeterministic,
        "the same seed led elsewhere when it was run again\n"
        + "The program depends on something that the lab does not control: a clock, a random source, hash order, a static that survives executions.");
}
