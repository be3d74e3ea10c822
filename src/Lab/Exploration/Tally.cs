using Lab.Execution;
using Lab.Oracles;
using Lab.Strategies;

namespace Lab.Exploration;

/// <summary>
/// Counts the executions of a run, in their order: what it holds depends on the options only, not on who ran what. One thread at a time.
/// </summary>
internal sealed class Tally(ExploreOptions options)
{
    internal const string Undeclared =
        "an execution with the same order of declared operations passed: something is shared that was not declared (use Shared<T>)";

    internal Coverage Coverage { get; init; } = new();

    /// <summary>One per different verdict, in the order of executions.</summary>
    internal List<LabResult> Failures { get; } = [];

    internal long Executions { get; set; }

    internal long Steps { get; set; }

    internal long[] Judged { get; } = new long[LiveOracles.Names.Count];

    /// <summary>What the strategy decided; null if it does not count.</summary>
    internal StrategyMetrics? Metrics { get; private set; }

    /// <summary>The search has no schedule left.</summary>
    internal bool IsExhausted { get; set; }

    /// <summary>The verdict on an execution that never ended; it was the last.</summary>
    internal Verdict? GivenUp { get; private set; }

    /// <summary>Goes on from what was counted before.</summary>
    internal static Tally From(RunState state, ExploreOptions options)
    {
        var tally = new Tally(options) { Coverage = state.Coverage, Executions = state.Executions, Steps = state.Steps, IsExhausted = state.IsExhausted };
        tally.Metrics = state.Metrics;
        tally.AddJudged(state.Judged);
        foreach (var failure in state.Failures)
        {
            tally.Failures.Add(TraceFolder.Save(failure, options.Lab.TraceDirectory));
        }

        return tally;
    }

    /// <summary>Counts a batch whose predecessors have all been counted.</summary>
    /// <param name="worker">Idle at the moment; runs an execution again where only all of them together show that something is wrong with it.</param>
    /// <returns>False when the run ends here.</returns>
    internal async ValueTask<bool> AddAsync(Batch batch, ExplorationWorker worker)
    {
        var next = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var found = next < batch.Findings.Count && batch.Findings[next].Position == i ? batch.Findings[next++].Result : null;
            if (await AddAsync(batch, i, found, worker) is { } failure && Add(failure) && !options.KeepGoing)
            {
                Add(i == batch.Count - 1 ? batch : await RecountAsync(batch, i + 1, worker));
                IsExhausted = batch.IsExhausted && i == batch.Count - 1;
                return false;
            }
        }

        Add(batch);
        IsExhausted = batch.IsExhausted;
        if (batch.GivenUp is { } verdict)
        {
            GiveUp(verdict);
        }

        return !batch.IsShort && !batch.IsExhausted;
    }

    /// <summary>An execution never ended.</summary>
    internal void GiveUp(Verdict verdict)
    {
        GivenUp = verdict;
        Executions++;
    }

    /// <summary>The failing result, if there is one.</summary>
    private async ValueTask<LabResult?> AddAsync(Batch batch, int position, LabResult? found, ExplorationWorker worker)
    {
        var executed = batch.Executed[position];
        var own = batch.First + position;
        Executions++;
        Steps += executed.Steps;
        var familiarity = Coverage.Add(executed.Fingerprint, executed.Outcome, executed.IsFailure, options.Shard?.Ordinal(own) ?? own);
        return familiarity switch
        {
            Familiarity.OtherOutcome => await worker.ExposeAsync(own, executed),
            Familiarity.PassedBefore when found!.Verdict.Kind != VerdictKind.Nondeterministic => found with { Verdict = found.Verdict.WithNote(Undeclared) },
            _ => found,
        };
    }

    /// <summary>True when this failure is a new one.</summary>
    private bool Add(LabResult failure)
    {
        if (Failures.Exists(known => FailureSite.IsOneBug(known.Verdict, failure.Verdict)))
        {
            return false;
        }

        Failures.Add(TraceFolder.Save(failure with { Verdict = FailureSite.Kept(failure.Verdict) }, options.Lab.TraceDirectory));
        return true;
    }

    // The run ends in the middle of a batch: what the rest of it judged and decided does not count.
    private static async ValueTask<Batch> RecountAsync(Batch batch, int count, ExplorationWorker worker)
    {
        var part = new Batch(batch.First, count);
        await worker.FillAsync(part, static () => false);
        return part;
    }

    private void Add(Batch batch)
    {
        AddJudged(batch.Judged);
        Metrics = StrategyMetrics.Sum(Metrics, batch.Metrics);
    }

    private void AddJudged(long[] judged)
    {
        for (var i = 0; i < judged.Length; i++)
        {
            Judged[i] += judged[i];
        }
    }
}
