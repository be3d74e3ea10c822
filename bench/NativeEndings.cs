using Lab.Classics;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;
using Lab.Strategies.Dpor;

namespace Lab.Bench;

/// <summary>
/// The same compiled code: every ending that native runs of a random program show is one that its exhaustive search in the lab has. An ending is what each
/// task saw, how it ended, and what was left; or that the program is stuck, and what had been said by then.
/// </summary>
internal sealed class NativeEndings
{
    /// <summary>Where the lab says that it may be stuck, a run that has not ended by then counts as stuck there; else it has the other.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(20);

    // Each costs the patience.
    private const int MostStuck = 2;
    private const int Lanes = 2;
    private const int WalksOfWorkers = 300;

    private static readonly LabOptions s_options = new() { Time = TimeModel.Free, ForeignWait = TimeSpan.Zero };

    private readonly RandomProgram _program;
    private readonly HashSet<string> _lab = [];
    private readonly HashSet<string> _seen = [];

    private readonly Lazy<HashSet<string>> _workers;

    private NativeEndings(RandomProgram program) => (_program, _workers) = (program, new Lazy<HashSet<string>>(WalkWorkers));

    /// <summary>Endings of the lab.</summary>
    internal int InLab => _lab.Count;

    /// <summary>Those of them that native runs have shown.</summary>
    internal int Seen => _seen.Count;

    internal int Runs { get; private set; }

    /// <summary>
    /// A native ending that the lab has in the order of native workers alone: a branch that begins with an operation that need not wait goes on at its call
    /// there, and as one of several that were started before the first was awaited it comes to its turn after them in the explored dispatch.
    /// </summary>
    internal string? OfWorkersAlone { get; private set; }

    /// <summary>The first native ending that the lab does not have, or an ending of the lab that no program may have.</summary>
    internal string? Unknown { get; private set; }

    /// <summary>Searches the lab. Null: the program depends on the time, has too many interleavings, or leaks or leaves the lab, which ends it there alone.</summary>
    internal static NativeEndings? Of(RandomProgram program, Palette palette, long limit)
    {
        if (program.IsAboutTime)
        {
            return null;
        }

        // What tasks tell one another through the BCL is nothing that DPOR knows.
        Strategy search = palette == Palette.Several ? new DepthFirst() : new OptimalDpor();
        var endings = new NativeEndings(program);
        var engine = new LabEngine(s_options);
        for (var i = 0L; !search.IsExhausted; i++)
        {
            var said = new string?[program.Places];
            var result = engine.Run(cx => program.Run(cx, said, null), search, default, i);
            if (i == limit || result.Verdict.Name is "task-leak" or "permit-leak" or "escape")
            {
                return null;
            }

            var isStuck = result.Verdict.Name == "deadlock";
            if (result.Verdict.IsFailure && !isStuck)
            {
                endings.Unknown = $"none; this is of the lab: {result.Verdict}";
                return endings;
            }

            endings._lab.Add(Text(said, isStuck));
        }

        return endings;
    }

    /// <summary>Runs it natively, a few at a time, until it has been run often enough, or showed what the lab does not know.</summary>
    internal void Run(Runtime runtime, int runs) => Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(() => Lane(runtime, runs / Lanes)))).Wait();

    /// <summary>What a random walk of the work-stealing dispatch shows: asked for only where the search has not what was seen.</summary>
    private HashSet<string> WalkWorkers()
    {
        var endings = new HashSet<string>();
        var engine = new LabEngine(s_options with { Dispatch = DispatchKind.WorkStealing });
        var walk = new RandomWalk();
        for (var i = 0; i < WalksOfWorkers; i++)
        {
            var said = new string?[_program.Places];
            var result = engine.Run(cx => _program.Run(cx, said, null), walk, new Seed(45).ForExecution(i), i);
            endings.Add(Text(said, result.Verdict.Name == "deadlock"));
        }

        return endings;
    }

    private async Task Lane(Runtime runtime, int runs)
    {
        for (var (run, stuck) = (0, 0); run < runs && stuck < MostStuck && Unknown is null; run++)
        {
            var said = new string?[_program.Places];
            var end = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
            var handle = runtime.Spawn(async cx => end.SetResult(await ThrownAsync(_program.Run(cx, said, Noise))));
            var isStuck = !await EndsAsync(end.Task, said);
            var ending = !isStuck && await end.Task is { } thrown ? $"{thrown}" : Text(said, isStuck);
            lock (_seen)
            {
                Runs++;
                if (_lab.Contains(ending))
                {
                    _seen.Add(ending);
                }
                else if (_workers.Value.Contains(ending))
                {
                    OfWorkersAlone ??= ending;
                }
                else
                {
                    Unknown ??= ending;
                }
            }

            if (isStuck)
            {
                stuck++;
                handle.Cancel();
                await end.Task.WaitAsync(s_hang);
            }
        }
    }

    private static async Task<Exception?> ThrownAsync(Task work)
    {
        try
        {
            await work;
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private async Task<bool> EndsAsync(Task ended, string?[] said)
    {
        for (var patience = s_patience; ; patience = s_hang)
        {
            try
            {
                await ended.WaitAsync(patience);
                return true;
            }
            catch (TimeoutException) when (patience == s_hang || IsKnown(Text(said, isStuck: true)))
            {
                return false;
            }
            catch (TimeoutException)
            {
            }
        }
    }

    private bool IsKnown(string ending) => _lab.Contains(ending) || _workers.Value.Contains(ending);

    private static string Text(string?[] said, bool isStuck) => (isStuck ? "stuck: " : "ended: ") + string.Join(" | ", said);

    /// <summary>Mostly nothing, or a few microseconds; now and then the processor is given away.</summary>
    private static void Noise()
    {
        switch (Random.Shared.Next(16))
        {
            case < 8:
                break;
            case < 15:
                Thread.SpinWait(Random.Shared.Next(200));
                break;
            default:
                Thread.Yield();
                break;
        }
    }

    /// <summary>The program, what it showed, and what the lab has.</summary>
    public override string ToString() => $"{_program}\n  native: {Unknown}\n  lab:    {string.Join("\n          ", _lab.Order(StringComparer.Ordinal).Take(20))}";
}
