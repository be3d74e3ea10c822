using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;
using Lab.Strategies;
using Lab.Strategies.Dpor;

namespace Lab.Exploration;

/// <summary>
/// Runs a program under one schedule after the other until it fails, the strategy has no schedule left, or the budget is used up. Every failing
/// execution is re-executed from its decisions with everything recorded; if that shows something else, the program is nondeterministic, and that is
/// the verdict. What is found does not depend on the number of threads.
/// </summary>
public sealed class Explorer
{
    private readonly Func<Cx, Task> _program;
    private readonly ExploreOptions _options;
    private readonly List<ExplorationWorker> _workers = [];
    private readonly ExplorationWorker _first;

    // Null: on threads of its own.
    private readonly Slices? _slices;

    // Without what is learnt on the way: the results of executions say that.
    private readonly string _asked;
    private readonly RunIdentity _identity;
    private readonly RunState? _before;
    private readonly Tally _tally;
    private readonly ExplorationRun _run;
    private string? _stuck;

    private Explorer(Func<Cx, Task> program, ExploreOptions options, Slices? slices)
    {
        _program = program;
        _options = options;
        _slices = slices;
        _first = new ExplorationWorker(program, options, slices);
        if (options.Lab.Dispatch == DispatchKind.WorkStealing && _first.Strategy is OptimalDpor)
        {
            throw new ArgumentException(OptimalDpor.NeedsExplored);
        }

        _asked = _first.Strategy.ToString();
        _identity = RunIdentity.Of(options, _asked);
        Divide();
        _before = Before();
        _tally = _before is null ? new Tally(options) : Tally.From(_before, options);
        _run = new ExplorationRun(options, _tally, _first, _before?.Counted ?? 0);
    }

    /// <summary>Explores <paramref name="program"/>, which is called once per execution and must build all its state anew.</summary>
    /// <exception cref="ArgumentException">An option is out of range or names nothing; says which.</exception>
    /// <exception cref="RunFileException"><see cref="ExploreOptions.RunFile"/> cannot be resumed: it is damaged, or of another run.</exception>
    /// <exception cref="IOException"><see cref="ExploreOptions.RunFile"/> cannot be read. What cannot be written is said in the result.</exception>
    public static ExplorationResult Explore(Func<Cx, Task> program, ExploreOptions? options = null)
    {
        return Checked(program, options, slices: null).RunAsync().GetAwaiter().GetResult();
    }

    /// <summary>
    /// The same exploration for a thread that must be back soon (a page's, between two frames): it runs while somebody calls
    /// <see cref="SlicedExploration.RunFor"/>, and its result is that of <see cref="Explore"/>.
    /// </summary>
    /// <param name="clock">What slices are measured by; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of range or names nothing; says which.</exception>
    /// <exception cref="RunFileException"><see cref="ExploreOptions.RunFile"/> cannot be resumed: it is damaged, or of another run.</exception>
    public static SlicedExploration InSlices(Func<Cx, Task> program, ExploreOptions? options = null, TimeProvider? clock = null)
    {
        var slices = new Slices(clock ?? TimeProvider.System);
        var explorer = Checked(program, options, slices);
        return new SlicedExploration(slices, explorer.RunAsync, () => explorer._run.Progress);
    }

    private static Explorer Checked(Func<Cx, Task> program, ExploreOptions? options, Slices? slices)
    {
        ArgumentNullException.ThrowIfNull(program);
        options ??= new ExploreOptions();
        if (options.Resume && options.RunFile is null)
        {
            throw new ArgumentException("To resume a run, say from which file.", nameof(options));
        }

        OracleCounts.CheckNames(options.Require);
        return new Explorer(program, options, slices);
    }

    private void Divide()
    {
        if (_options.Shard is { } shard && _first.Strategy.IsSearch && !_first.Strategy.TryDivide(shard.Number - 1, shard.Count))
        {
            throw new ArgumentException($"the strategy {_first.Strategy} cannot be divided into shards: run it on one machine, or use another strategy.");
        }
    }

    private RunState? Before()
    {
        var isSearch = _first.Strategy.IsSearch;
        if (_options.RunFile is not { } path)
        {
            return null;
        }

        if (OperatingSystem.IsBrowser())
        {
            throw new PlatformNotSupportedException("A page cannot keep the file of a run (ExploreOptions.RunFile).");
        }

        if (isSearch && _first.Strategy.Save() is null)
        {
            throw new ArgumentException($"the strategy {_first.Strategy} cannot be interrupted and resumed: run it to its end, or use another strategy.");
        }

        if (!_options.Resume || !File.Exists(path))
        {
            return null;
        }

        var state = RunFile.Load(path);
        if (state.Identity.DifferenceFrom(_identity) is { } difference)
        {
            throw new RunFileException(path, $"it is of another run: {difference}");
        }

        try
        {
            if (isSearch && !state.HasEnded)
            {
                _first.Strategy.Restore(state.Search ?? "");
            }
        }
        catch (FormatException e)
        {
            throw new RunFileException(path, e.Message.TrimEnd('.'));
        }

        return state;
    }

    private async Task<ExplorationResult> RunAsync()
    {
        if (_before is not { HasEnded: true })
        {
            if (_slices is null)
            {
                RunWorkers();
            }
            else
            {
                await _run.WorkAsync(_first);
            }
        }

        var state = State();

        // The file keeps failures as they were found: what it holds depends on no machine's speed.
        var result = state.ToResult() with { WasStopped = _run.WasStopped, Resumed = _before?.Executions ?? 0, RunFileError = Store(state) };
        result = result with { Failures = await FailureShrinking.AllAsync(_program, result.Failures, _options, _slices) };

        // Whoever stopped it knows that it is not at its end.
        return result is { WasStopped: false, Failures.Count: 0 } && (_options.Shard is null || RanNothing(state)) && Missing(result) is { } missing
            ? result with { End = ExplorationEnd.Found, Failures = [Outside(missing, _tally.Executions)] }
            : result;
    }

    /// <summary>Writes the file of the run, and returns why it could not be: what was found is not lost by that.</summary>
    private string? Store(RunState state)
    {
        if (_options.RunFile is not { } path || OperatingSystem.IsBrowser())
        {
            return null;
        }

        try
        {
            RunFile.Save(state, path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }
    }

    private void RunWorkers()
    {
        var threads = new List<LabThread<object>>();
        var count = _first.Strategy.IsSearch ? 1 : (int)Math.Min(_options.Workers, _options.Executions);
        for (var i = 0; i < count; i++)
        {
            var worker = i == 0 ? _first : NewWorker();
            _workers.Add(worker);
            threads.Add(LabThread<object>.Start(worker.Engine, () =>
            {
                _run.WorkAsync(worker).GetAwaiter().GetResult();
                return worker;
            }));
        }

        Join(threads);
    }

    private ExplorationWorker NewWorker() => new(_program, _options);

    /// <summary>Waits for all threads; one that is stuck is given up, and the others end.</summary>
    private void Join(List<LabThread<object>> threads)
    {
        var live = Enumerable.Range(0, threads.Count).ToList();
        for (var i = 0; live.Count > 0; i = (i + 1) % Math.Max(1, live.Count))
        {
            var n = live[i % live.Count];
            if (!threads[n].HasEnded(milliseconds: Math.Max(1, 50 / live.Count)))
            {
                continue;
            }

            live.Remove(n);
            if (threads[n].GivenUp is { } verdict)
            {
                _stuck = _workers[n].Strategy.Answering.ToString();
                _run.GiveUp(_workers[n], verdict, NewWorker);
            }
        }

        threads.ForEach(static thread => thread.ThrowIfFaulted());
    }

    private RunState State() => new()
    {
        Identity = _identity,
        Budget = _options.Executions,
        Counted = _run.Counted,
        HasEnded = _tally.IsExhausted || _tally.GivenUp is not null || (_tally.Failures.Count > 0 && !_options.KeepGoing),
        IsExhausted = _tally is { IsExhausted: true, GivenUp: null },
        IsSearch = _first.Strategy.IsSearch,
        Bound = _before is { HasEnded: true } ? _before.Bound : _first.Strategy.Bound,
        Gap = _before is { HasEnded: true } ? _before.Gap : _first.Strategy.Gap,
        Search = _first.Strategy.IsSearch && _options.RunFile is not null ? _first.Strategy.Save() : null,
        Executions = _tally.Executions,
        Steps = _tally.Steps,
        Elapsed = _run.Elapsed + (_before?.Elapsed ?? TimeSpan.Zero),
        Judged = _tally.Judged,
        Metrics = _tally.Metrics,
        Coverage = _tally.Coverage,
        Failures = _tally.GivenUp is { } verdict ? [Outside(verdict, _tally.Executions - 1), .. _tally.Failures] : _tally.Failures,
    };

    /// <summary>A part that has something to do has done nothing; what parts saw and did not see is judged when they are joined.</summary>
    private bool RanNothing(RunState state) => state is { Executions: 0, HasEnded: false } && (state.IsSearch || _options.Shard!.Share(_options.Executions) > 0);

    private Verdict? Missing(ExplorationResult result) =>
        result.Executions == 0
            ? new Verdict(VerdictKind.NotExercised, "the time was over before the first execution: nothing was run, and so nothing is known.")
            : OracleCounts.Missing(result.Oracles, _options.Require, result.Executions);

    /// <summary>A verdict without an execution that could be repeated.</summary>
    private LabResult Outside(Verdict verdict, long ordinal) => new()
    {
        Verdict = verdict,
        Seed = _options.Seed.ForExecution(_options.First + ordinal),

        // The first execution of a sample is answered without pre-emptions, whoever is asked.
        Strategy = _stuck is null || _first.Strategy.IsSearch || _options.First + ordinal > 0 ? _stuck ?? _asked : NonPreemptive.Name,
        Index = _options.First + ordinal,
    };
}
