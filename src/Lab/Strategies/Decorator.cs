using Lab.Causality;
using Lab.Core.Observing;
using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>A strategy around another one, which answers where the decorator does not. What is learnt, and random draws, are the inner one's.</summary>
internal abstract class Decorator(Strategy inner) : Strategy
{
    private protected Strategy Inner => inner;

    internal override bool IsSearch => inner.IsSearch;

    internal override bool MayBeRestricted => inner.MayBeRestricted;

    internal override bool IsExhausted => inner.IsExhausted;

    internal override string? Bound => inner.Bound;

    internal override string? Gap => inner.Gap;

    internal override bool WantsAccesses => inner.WantsAccesses;

    internal override bool WantsEvents => inner.WantsEvents;

    internal override bool Learns => inner.Learns;

    internal override bool IsForeign => inner.IsForeign;

    internal override Strategy Answering => ReferenceEquals(inner.Answering, inner) ? this : Around(inner.Answering);

    /// <summary>How it stands after the inner strategy: <c>+fair=100</c>.</summary>
    private protected abstract string Suffix { get; }

    public sealed override string ToString() => $"{inner}{Suffix}";

    internal override void Begin(Seed seed, long index) => inner.Begin(seed, index);

    internal override void OnAccess(TaskShadow task, ObjectShadow target, AccessKind access) => inner.OnAccess(task, target, access);

    internal override void OnEvent(EventKind kind, TaskShadow task, ObjectShadow? target, AccessKind access, long a, long b) =>
        inner.OnEvent(kind, task, target, access, a, b);

    internal override void End(in ExecutionFacts facts) => inner.End(facts);

    internal override object? Teach(in ExecutionFacts facts) => inner.Teach(facts);

    internal override void Learn(IReadOnlyList<object> lessons) => inner.Learn(lessons);

    internal override StrategyMetrics? TakeMetrics() => inner.TakeMetrics();

    internal override string? Save() => inner.Save();

    internal override void Restore(string state) => inner.Restore(state);

    internal override bool TryDivide(int part, int parts) => inner.TryDivide(part, parts);

    internal override int Choose(ChoicePoint point) => inner.Choose(point);

    internal override ulong Draw(ulong bound) => inner.Draw(bound);

    internal override int Pick(int count, bool isVictim) => inner.Pick(count, isVictim);

    /// <summary>The same decorator around another strategy.</summary>
    private protected abstract Strategy Around(Strategy other);
}
