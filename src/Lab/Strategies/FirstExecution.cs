using Lab.Causality;
using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// The first execution of a run: answered without pre-emptions, whatever the strategy, and measured by the strategy, which learns from it.
/// </summary>
internal sealed class FirstExecution(Strategy measuring) : Strategy
{
    private readonly NonPreemptive _answers = new();

    internal override bool WantsAccesses => measuring.WantsAccesses;

    internal override bool Learns => measuring.Learns;

    public override string ToString() => _answers.ToString();

    internal override void Begin(Seed seed, long index)
    {
        measuring.Begin(seed, index);
        _answers.Begin(seed, index);
    }

    internal override void OnAccess(TaskShadow task, ObjectShadow target, AccessKind access) => measuring.OnAccess(task, target, access);

    internal override void End(in ExecutionFacts facts) => measuring.End(facts);

    internal override object? Teach(in ExecutionFacts facts) => measuring.Teach(facts);

    internal override int Choose(ChoicePoint point) => _answers.Choose(point);

    internal override ulong Draw(ulong bound) => _answers.Draw(bound);

    internal override int Pick(int count, bool isVictim) => _answers.Pick(count, isVictim);
}
