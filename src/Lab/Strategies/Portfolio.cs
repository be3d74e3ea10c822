using Lab.Causality;
using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// Splits the budget among strategies, for no single one wins. Execution 0 is non-pre-emptive (as in every run), the next few have at most 0, 1 and 2
/// pre-emptions, so that what is easy fails simply; then every execution draws a member: random walk, PCT with d from 1 to 5, POS, SURW or URW, each with
/// <see cref="SpawnerFirst"/> in half of its executions.
/// </summary>
/// <remarks>
/// The shares are equal at first and shift at executions 2^j towards those that find new fingerprints; a third of the budget stays divided equally, so none
/// costs more than it may save. An execution is named by its member (<see cref="Strategy.Answering"/>), whose text and seed repeat it alone.
/// </remarks>
internal sealed class Portfolio : Strategy
{
    internal const string Name = "portfolio";

    internal static readonly StrategyKind Kind = new(Name, Name, static _ => new Portfolio());

    /// <summary>Executions below it, after the first, have a bound on pre-emptions: 0 below 3, 1 below 8.</summary>
    internal const int BoundsEnd = 16;

    private const int MaxDepth = 5;
    private readonly Teacher _teacher = new(wantsTouches: true);
    private readonly MemberShares _shares;
    private readonly Strategy[] _bounds = [new SampledPreemptions(0, null), new SampledPreemptions(1, null), new SampledPreemptions(2, null)];
    private readonly Strategy[] _depths;
    private readonly Strategy[] _walks = [new RandomWalk(), new Pos(), new Surw(), new Urw(TaskCounts.None)];
    private readonly Strategy[] _spawning;
    private readonly Strategy[] _spawningDepths;
    private Strategy _answering;
    private int _member;

    internal Portfolio()
    {
        _depths = [.. Enumerable.Range(1, MaxDepth).Select(static depth => new Pct(depth, null))];
        _spawning = [.. _walks.Select(static walk => new SpawnerFirst(walk))];
        _spawningDepths = [.. _depths.Select(static depth => new SpawnerFirst(depth))];

        // PCT is one member, whatever its depth.
        _shares = new MemberShares(2 * (_walks.Length + 1));
        _answering = _bounds[0];
    }

    internal override bool Learns => true;

    internal override bool WantsAccesses => _teacher.WantsAccesses || _answering.WantsAccesses;

    internal override Strategy Answering => _answering.Answering;

    public override string ToString() => Name;

    internal override void Begin(Seed seed, long index)
    {
        _teacher.Begin(index);
        _answering = index < BoundsEnd ? _bounds[index < 3 ? 0 : index < 8 ? 1 : 2] : Member(seed);
        _member = index < BoundsEnd ? -1 : _member;
        _answering.Begin(seed, index);
    }

    internal override void OnAccess(TaskShadow task, ObjectShadow target, AccessKind access)
    {
        _teacher.OnAccess(task, target, access);
        _answering.OnAccess(task, target, access);
    }

    internal override object? Teach(in ExecutionFacts facts) => _teacher.Of(facts, _member);

    internal override void Learn(IReadOnlyList<object> lessons)
    {
        _shares.Learn(lessons);
        foreach (var member in _bounds.Concat(_depths).Concat(_walks).Where(static member => member.Learns))
        {
            member.Learn(lessons);
        }
    }

    internal override int Choose(ChoicePoint point) => _answering.Choose(point);

    internal override ulong Draw(ulong bound) => _answering.Draw(bound);

    internal override int Pick(int count, bool isVictim) => _answering.Pick(count, isVictim);

    private Strategy Member(Seed seed)
    {
        var picks = new Prng(seed.Stream(SeedStream.Member));
        _member = _shares.Draw(ref picks);
        var (kind, spawnerFirst) = (_member / 2, _member % 2 == 1);
        if (kind < _walks.Length)
        {
            return spawnerFirst ? _spawning[kind] : _walks[kind];
        }

        var depth = picks.Next(MaxDepth);
        return spawnerFirst ? _spawningDepths[depth] : _depths[depth];
    }
}
