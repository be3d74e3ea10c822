namespace Lab.Bench.Native;

/// <summary>One side of one contest, for BenchmarkDotNet, which wants a public type and sets the fields. Made by <see cref="BenchmarkMode"/>.</summary>
public class ContestBenchmark
{
    private IEnumerator<Contest>? _contests;
    private Action _run = null!;
    private Action? _prepare;

    /// <summary>The bench name that is run; one per process.</summary>
    internal static string Bench { get; set; } = "";

    /// <summary>The contest's place among those of its bench.</summary>
    public int Index { get; set; }

    public string Contest { get; set; } = "";

    /// <summary>Whose turn it is: <see cref="BenchmarkMode.Ours"/> or a rival's name.</summary>
    public string Side { get; set; } = "";

    /// <summary>Makes the contests up to this one; what the earlier ones held is released on the way.</summary>
    public void Prepare()
    {
        _contests = NativeFigures.Names[Bench].Contests().GetEnumerator();
        for (var i = 0; i <= Index; i++)
        {
            _contests.MoveNext();
        }

        var contest = _contests.Current;
        (_run, _prepare) = contest.Rivals.SingleOrDefault(rival => rival.Name == Side) is { } rival
            ? (rival.Run, rival.Prepare)
            : (contest.Ours, contest.Prepare);
    }

    /// <summary>Before each call; not measured.</summary>
    public void PrepareCall() => _prepare?.Invoke();

    public void Release() => _contests?.Dispose();

    public void Run() => _run();
}
