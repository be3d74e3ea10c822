using Lab.Causality;
using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// Selectively uniform random walk (Zhao, Wolff, Mathur and Roychoudhury, "Selectively uniform concurrency testing", ASPLOS 2025): each execution picks one
/// object that several tasks access, and samples the orders of the accesses of that object alone uniformly (<see cref="SelectiveWalk"/>).
/// </summary>
/// <remarks>
/// The objects, and how often each task accesses each, are learnt from the executions before, where the paper has one profiling run. The text of an
/// execution names the object and its counts: <c>surw:on=shared@0#1,0.1=2,0.2=2</c>. While nothing is known, and in programs that share nothing, it is a
/// random walk, and says so.
/// </remarks>
internal sealed class Surw : Strategy
{
    internal const string Name = "surw";

    internal static readonly StrategyKind Kind = new(Name, "surw[:on=OBJECT,TASK=ACCESSES,...]", Create);

    private readonly Teacher _teacher = new(wantsTouches: true);
    private readonly TouchMeans _means = new();
    private readonly RandomWalk _unknown = new();
    private SelectiveWalk[] _walks = [];
    private Strategy _answering;

    internal Surw() => _answering = _unknown;

    internal override bool Learns => true;

    internal override bool WantsAccesses => _teacher.WantsAccesses || _answering.WantsAccesses;

    internal override Strategy Answering => _answering;

    public override string ToString() => Name;

    internal override void Begin(Seed seed, long index)
    {
        _teacher.Begin(index);
        _answering = _unknown;
        if (_walks.Length > 0)
        {
            var picks = new Prng(seed.Stream(SeedStream.Selection));
            _answering = _walks[picks.Next(_walks.Length)];
        }

        _answering.Begin(seed, index);
    }

    internal override void OnAccess(TaskShadow task, ObjectShadow target, AccessKind access)
    {
        _teacher.OnAccess(task, target, access);
        _answering.OnAccess(task, target, access);
    }

    internal override object? Teach(in ExecutionFacts facts) => _teacher.Of(facts);

    internal override void Learn(IReadOnlyList<object> lessons)
    {
        if (_means.Add(lessons))
        {
            _walks = [.. _means.ToCounts().Select(static pair => new SelectiveWalk(pair.Object, pair.Counts))];
        }
    }

    internal override int Choose(ChoicePoint point) => _answering.Choose(point);

    internal override ulong Draw(ulong bound) => _answering.Draw(bound);

    internal override int Pick(int count, bool isVictim) => _answering.Pick(count, isVictim);

    private static Strategy Create(StrategyParameters given)
    {
        if (given.Text("on") is not { } target)
        {
            return new Surw();
        }

        return EntityId.TryParse(target, out _) ? new SelectiveWalk(target, TaskCounts.Parse(given)) : throw given.Error($"'{target}' is no object");
    }
}
