namespace Lab.Linearizability;

/// <summary>Judges one history: each part apart, and says of the first that fails how far the model follows.</summary>
internal sealed class Judge<TObject, TState>(Specification<TObject, TState> specification, IReadOnlyList<RecordedCall> history, bool isQuiescent)
{
    internal Judgement Run()
    {
        var steps = 0L;
        Judgement? inconclusive = null;
        foreach (var part in Parts())
        {
            var judgement = JudgePart(part);
            steps += judgement.Steps;
            if (judgement.Kind == JudgementKind.NotLinearizable)
            {
                return judgement with { Steps = steps };
            }

            inconclusive ??= judgement.Kind == JudgementKind.Inconclusive ? judgement : null;
        }

        return inconclusive is null ? Judgement.Explained(steps) : inconclusive with { Steps = steps };
    }

    private IEnumerable<List<RecordedCall>> Parts() =>
        specification.Partition is { } key
            ? history.GroupBy(call => key(call.Call)).Select(static part => part.ToList())
            : [[.. history]];

    private Judgement JudgePart(List<RecordedCall> part)
    {
        var points = Points<TState>.Of(specification, part, isQuiescent);
        if (points.All.Count > Specification<TObject, TState>.MaxPoints)
        {
            throw new ArgumentException(
                $"A history may have {Specification<TObject, TState>.MaxPoints} points, and this one has {points.All.Count} (a queued call has two): make fewer calls.");
        }

        var search = new Search<TState>(points, Precedence.OfRealTime(points.All));
        switch (search.Run(specification.Initial, specification.Budget))
        {
            case true:
                return Judgement.Explained(search.Steps);
            case null:
                return new Judgement
                {
                    Kind = JudgementKind.Inconclusive,
                    Steps = search.Steps,
                    Text = $"inconclusive: the budget of {specification.Budget} steps ran out before it was known whether the history of "
                        + $"{part.Count} calls is linearizable\nMake fewer calls, or raise the budget: WithBudget.",
                };
            default:
                var isConsistent = new Search<TState>(points, Precedence.OfTasks(points.All)).Run(specification.Initial, specification.Budget);
                return new Judgement
                {
                    Kind = JudgementKind.NotLinearizable,
                    Steps = search.Steps,
                    IsSequentiallyConsistent = isConsistent,
                    Text = new Counterexample<TState>(history, part, points, search, isConsistent).Text(),
                };
        }
    }
}
