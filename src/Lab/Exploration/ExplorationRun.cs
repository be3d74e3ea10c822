using System.Diagnostics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;

namespace Lab.Exploration;

/// <summary>
/// One exploration: deals batches out to workers, takes them back and counts them in order. What is run beyond the end (a failure with a lower index,
/// the budget) is thrown away, so that the result is that of one worker. Whoever brings a batch back counts what is due, one at a time and outside of
/// the lock, since counting may run an execution again.
/// </summary>
internal sealed class ExplorationRun
{
    private const long SmallestShare = 16;

    private static readonly TimeSpan s_betweenProgress = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly ExploreOptions _options;
    private readonly Tally _tally;
    private readonly long _started;
    private readonly long _end;
    private readonly bool _learns;
    private readonly bool _isSearch;
    private readonly bool _learnsAlone;

    // Batches that came back, by their first execution; those before them are still out.
    private readonly Dictionary<long, Batch> _back = [];

    // What was taught before executions 1, 2, 4, ...; the last list grows.
    private readonly List<List<object>> _lessons = [[]];
    private long _next;
    private bool _isMerging;
    private volatile bool _isOver;
    private volatile bool _mustStop;
    private TimeSpan _shown;

    /// <param name="worker">Any of the run's workers: says what the strategy is like.</param>
    /// <param name="from">This run's own executions that were counted already, by the run that this one goes on from.</param>
    internal ExplorationRun(ExploreOptions options, Tally tally, ExplorationWorker worker, long from)
    {
        _options = options;
        _started = options.Clock.GetTimestamp();
        _tally = tally;
        _isSearch = worker.Strategy.IsSearch;
        _learns = worker.Strategy.Learns;
        _learnsAlone = options.First > 0 || options.Shard is not null || from > 0;
        _end = options.Shard is { } shard && !_isSearch ? shard.Share(options.Executions) : options.Executions;
        _next = Counted = from;
    }

    /// <summary>This run's own executions, those of the run that it goes on from included, that were counted.</summary>
    internal long Counted { get; private set; }

    internal ExplorationProgress Progress => new(_tally.Executions, _tally.Coverage.Distinct, _tally.Steps, _tally.Failures.Count, Elapsed);

    internal TimeSpan Elapsed => _options.Clock.GetElapsedTime(_started);

    /// <summary>Somebody asked the run to stop, and it did.</summary>
    internal bool WasStopped => _mustStop && _options.Stop.IsCancellationRequested;

    /// <summary>What a worker does until the run is over: on its own thread, which it keeps, or in slices.</summary>
    internal async Task WorkAsync(ExplorationWorker worker)
    {
        try
        {
            var size = 1;
            while (Take(worker, size) is { } batch)
            {
                worker.Current = batch;
                var before = Stopwatch.GetTimestamp();
                if (!_learns || !_learnsAlone || await worker.LearnAloneAsync(IndexOf(batch.First), MustStop))
                {
                    await worker.FillAsync(batch, MustStop);
                }

                size = SizeAfter(size, Stopwatch.GetElapsedTime(before));
                worker.Current = null;
                await GiveAsync(batch, worker);
            }
        }
        catch (Exception e) when (e is not LabThreadGivenUpException)
        {
            End();
            throw;
        }
    }

    /// <summary>The worker's thread is stuck and was given up. Call on any other thread.</summary>
    /// <param name="spare">Makes a worker that has no thread yet.</param>
    internal void GiveUp(ExplorationWorker worker, Verdict verdict, Func<ExplorationWorker> spare)
    {
        lock (_gate)
        {
            if (worker.Current is not { } batch || _isOver)
            {
                // It ran something again that had passed: there is nothing to wait for.
                _tally.GiveUp(verdict);
                _isOver = true;
                Monitor.PulseAll(_gate);
                return;
            }

            batch.GivenUp = verdict;
            _next = Math.Max(_next, _end);
            _back.Add(batch.First, batch);
            if (_isMerging)
            {
                return;
            }

            _isMerging = true;
        }

        MergeDueAsync(spare()).GetAwaiter().GetResult();
    }

    /// <summary>Nothing more is dealt out or counted.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    private long IndexOf(long own) => _options.First + (_options.Shard is { } shard && !_isSearch ? shard.Ordinal(own) : own);

    // Called before each execution: one that is slow is the last.
    private bool MustStop()
    {
        if (!_mustStop && (_isOver || _options.Stop.IsCancellationRequested || (_options.Time is { } limit && Elapsed.Ticks >= Duration.TicksOf(limit))))
        {
            _mustStop = true;
        }

        return _mustStop;
    }

    private Batch? Take(ExplorationWorker worker, int size)
    {
        lock (_gate)
        {
            while (!_isOver && _next < _end && MustWait())
            {
                WaitLocked();
            }

            if (_isOver || _next >= _end)
            {
                return null;
            }

            if (_learns && !_learnsAlone)
            {
                while (worker.Epoch < _lessons.Count - 1)
                {
                    worker.Learn(_lessons[worker.Epoch]);
                }
            }

            var batch = new Batch(_next, (int)Math.Min(_isSearch ? 1 : size, ShareOf(Math.Min(_end - _next, LeftOfEpoch()))));
            _next += batch.Wanted;
            return batch;
        }
    }

    /// <summary>A new epoch begins when all before it have been counted; and nobody runs far ahead of a slow one.</summary>
    private bool MustWait() =>
        _next - Counted >= _options.Workers * 4L * Batch.MaxSize
        || (_learns && _next > Counted && ExplorationWorker.EpochOf(IndexOf(_next)) != ExplorationWorker.EpochOf(IndexOf(_next - 1)));

    private void WaitLocked()
    {
        if (OperatingSystem.IsBrowser())
        {
            throw new InvalidOperationException("[lab bug] the only worker waits for another");
        }

        Monitor.Wait(_gate);
    }

    private long LeftOfEpoch()
    {
        var index = IndexOf(_next);
        if (!_learns || index >= Strategies.Strategy.LearningEnds)
        {
            return long.MaxValue;
        }

        var stride = _options.Shard?.Count ?? 1;
        return ((1L << ExplorationWorker.EpochOf(index)) - index + stride - 1) / stride;
    }

    /// <summary>What is left before all must wait for one another is dealt out evenly, down to a size that is not worth dividing.</summary>
    private long ShareOf(long left) => Math.Min(left, Math.Max((left + _options.Workers - 1) / _options.Workers, SmallestShare));

    private async ValueTask GiveAsync(Batch batch, ExplorationWorker worker)
    {
        lock (_gate)
        {
            _back.Add(batch.First, batch);
            if (_isMerging)
            {
                return;
            }

            _isMerging = true;
        }

        await MergeDueAsync(worker);
    }

    private async ValueTask MergeDueAsync(ExplorationWorker worker)
    {
        while (true)
        {
            Batch? batch;
            lock (_gate)
            {
                if (_isOver || !_back.Remove(Counted, out batch))
                {
                    _isMerging = false;
                    Monitor.PulseAll(_gate);
                    break;
                }
            }

            var goesOn = await _tally.AddAsync(batch, worker);
            lock (_gate)
            {
                Counted += batch.Count;
                _isOver |= !goesOn;
                Remember(batch);
                Monitor.PulseAll(_gate);
            }
        }

        ShowProgress();
    }

    private void Remember(Batch batch)
    {
        if (!_learns || _learnsAlone || batch.Count == 0)
        {
            return;
        }

        _lessons[^1].AddRange(batch.Lessons);
        if (ExplorationWorker.EpochOf(Counted) != ExplorationWorker.EpochOf(Counted - 1))
        {
            _lessons.Add([]);
        }
    }

    // About 2 ms: long enough that dealing out costs nothing, short enough to end soon and to waste little.
    private static int SizeAfter(int size, TimeSpan elapsed) =>
        elapsed.TotalMilliseconds < 1 ? Math.Min(size * 2, Batch.MaxSize)
        : elapsed.TotalMilliseconds > 4 ? Math.Max(size / 2, 1)
        : size;

    private void ShowProgress()
    {
        if (_options.Progress is null || Elapsed - _shown < s_betweenProgress)
        {
            return;
        }

        _shown = Elapsed;
        _options.Progress(Progress);
    }
}
