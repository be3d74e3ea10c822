using System.Globalization;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Seeds;
using Lab.Traces;

namespace Lab.Strategies;

/// <summary>
/// Gives the recorded answers and checks at every decision that the question is the recorded one: number of alternatives, chosen id, its operation
/// and object. Stops at the first mismatch and keeps both sides (<see cref="Strategy.Diverged"/>). Asks nothing of seeds or of the strategy that
/// drew the decisions, so a trace outlives both.
/// </summary>
internal sealed class Replay(IReadOnlyList<Decision> decisions) : Strategy
{
    internal const string Name = "replay";

    private int _next;

    /// <summary>Recorded decisions that were not asked for when the execution ended.</summary>
    internal int Left => decisions.Count - _next;

    public override string ToString() => Name;

    internal override void Begin(Seed seed, long index)
    {
        _next = 0;
        Diverged = null;
    }

    internal override int Choose(ChoicePoint point)
    {
        if (Next(point.Count, () => Describe(point)) is not { } decision)
        {
            return point.DefaultIndex;
        }

        var index = Find(point, decision);
        if (index < 0)
        {
            Diverge(decision, Describe(point));
            return point.DefaultIndex;
        }

        _next++;
        return index;
    }

    internal override ulong Draw(ulong bound)
    {
        var count = (int)Math.Min(bound, int.MaxValue);
        var asked = FormattableString.Invariant($"a random draw below {bound}");
        if (Next(count, () => asked) is not { } decision)
        {
            return 0;
        }

        if (decision.Operation != DecisionText.Of(OperationKind.Random)
            || !ulong.TryParse(decision.Choice, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value >= bound)
        {
            Diverge(decision, asked);
            return 0;
        }

        _next++;
        return value;
    }

    internal override int Pick(int count, bool isVictim)
    {
        var operation = DecisionText.Of(isVictim ? OperationKind.Victim : OperationKind.Worker);
        if (Next(count, () => operation) is not { } decision)
        {
            return 0;
        }

        if (!isVictim && decision.Operation == DecisionText.Of(OperationKind.Clock))
        {
            // The clock is the last of the alternatives.
            _next++;
            return count - 1;
        }

        for (var i = 0; i < count; i++)
        {
            if (decision.Operation == operation && EntityId.TryParse(decision.Choice, out var id) && id == EntityId.Worker(i))
            {
                _next++;
                return i;
            }
        }

        Diverge(decision, operation);
        return 0;
    }

    private Decision? Next(int alternatives, Func<string> asked)
    {
        if (Diverged is not null)
        {
            return null;
        }

        if (_next == decisions.Count)
        {
            Diverged = string.Create(
                CultureInfo.InvariantCulture, $"after the last recorded decision ({_next}) the program asked for another: {asked()}");
            return null;
        }

        var decision = decisions[_next];
        if (decision.Alternatives == alternatives)
        {
            return decision;
        }

        Diverge(decision, asked());
        return null;
    }

    private static int Find(ChoicePoint point, Decision decision)
    {
        if (!EntityId.TryParse(decision.Choice, out var id))
        {
            return -1;
        }

        if (id == EntityId.Clock && decision.Operation == DecisionText.Of(OperationKind.Clock))
        {
            return point.ClockIndex;
        }

        for (var i = 0; i < point.TaskCount; i++)
        {
            ref readonly var alternative = ref point[i];
            if (alternative.Id == id.Hash)
            {
                return DecisionText.Of(alternative.Operation) == decision.Operation && IsObject(alternative.Target, decision.Object) ? i : -1;
            }
        }

        return -1;
    }

    private static bool IsObject(ulong target, string recorded) =>
        target == 0 ? recorded.Length == 0 : EntityId.TryParse(recorded, out var id) && id.Hash == target;

    private static string Describe(ChoicePoint point)
    {
        var parts = new List<string>();
        for (var i = 0; i < point.TaskCount; i++)
        {
            var task = point[i].Task;
            var target = task.PendingTarget?.Shadow as ObjectShadow;
            parts.Add($"{task.Node.Shadow} {DecisionText.Of(point[i].Operation)}{(target is null ? "" : $" {target}")}");
        }

        if (point.HasClock)
        {
            parts.Add("clock");
        }

        return $"{{{string.Join(", ", parts)}}}";
    }

    private void Diverge(Decision expected, string found) => Diverged = string.Create(
        CultureInfo.InvariantCulture,
        $"diverged at decision {_next + 1}: recorded {expected.Choice} {expected.Operation}{(expected.Object.Length == 0 ? "" : $" {expected.Object}")} of {expected.Alternatives}, enabled now {found}");
}
