namespace Lab.Linearizability;

/// <summary>The points of a history, and what must hold in the end.</summary>
internal sealed class Points<TState>
{
    private readonly List<Point<TState>> _all = [];

    /// <summary>By their start.</summary>
    internal IReadOnlyList<Point<TState>> All => _all;

    /// <summary>Calls that wait although nothing can run: the model must block each in the final state. At most one step each.</summary>
    internal List<(RecordedCall Call, Func<TState, Steps<TState>> Steps)> Waiting { get; } = [];

    internal static Points<TState> Of<TObject>(Specification<TObject, TState> specification, IReadOnlyList<RecordedCall> history, bool isQuiescent)
    {
        var points = new Points<TState>();
        for (var i = 0; i < history.Count; i++)
        {
            var call = history[i];
            var command = specification.Commands[call.Call.Command];
            if (command.Request is null)
            {
                points.AddWhole(call, Bind(command.Complete!, i, call), isQuiescent);
            }
            else
            {
                points.AddQueued(
                    call, Bind(command.Request, i, call), Bind(command.Complete!, i, call), Bind(command.Cancel!, i, call), isQuiescent);
            }
        }

        points._all.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Phase.CompareTo(b.Phase));
        return points;
    }

    private static Func<TState, Steps<TState>> Bind(Func<TState, int, object?, Steps<TState>> model, int ticket, RecordedCall call)
    {
        var argument = call.Call.Argument;
        return state => model(state, ticket, argument);
    }

    private static Func<TState, Steps<TState>> Bind(Func<TState, int, object?, TState> model, int ticket, RecordedCall call)
    {
        var argument = call.Call.Argument;
        return state => Step.Done(model(state, ticket, argument));
    }

    private void AddWhole(RecordedCall call, Func<TState, Steps<TState>> steps, bool isQuiescent)
    {
        if (call.IsPending && isQuiescent)
        {
            Waiting.Add((call, steps));
        }
        else if (call.IsPending || call.Answer.Kind != AnswerKind.Canceled)
        {
            // A cancelled call of one phase had no effect: it has no point.
            Add(call, Phase.Whole, steps, call.IsPending ? null : call.Answer, !call.IsPending, call.Called, call.Returned);
        }
    }

    private void AddQueued(
        RecordedCall call,
        Func<TState, Steps<TState>> request,
        Func<TState, Steps<TState>> complete,
        Func<TState, Steps<TState>> cancel,
        bool isQuiescent)
    {
        // Cancelled before it was seen to wait, it may never have asked; or it asked and left again unseen.
        var wasCanceled = !call.IsPending && call.Answer.Kind == AnswerKind.Canceled;
        var hasAsked = call.Parked is not null || (call.IsPending ? isQuiescent : !wasCanceled);
        var asked = Add(call, Phase.Request, request, null, hasAsked, call.Called, call.Parked ?? call.Returned);
        if (wasCanceled)
        {
            var earliest = Math.Max(call.Parked ?? call.Called, call.AskedToCancel ?? 0);
            Add(call, Phase.Cancel, cancel, null, hasAsked, earliest, call.Returned, asked);
        }
        else if (call.IsPending && isQuiescent)
        {
            Waiting.Add((call, complete));
        }
        else
        {
            Add(call, Phase.Complete, complete, call.IsPending ? null : call.Answer, !call.IsPending, call.Parked ?? call.Called, call.Returned, asked);
        }
    }

    private Point<TState> Add(
        RecordedCall call, Phase phase, Func<TState, Steps<TState>> steps, Answer? seen, bool isRequired, long start, long? end, Point<TState>? request = null)
    {
        var point = new Point<TState>
        {
            Of = call, Phase = phase, Steps = steps, Seen = seen, IsRequired = isRequired, Start = start, End = end ?? long.MaxValue, Request = request,
        };
        _all.Add(point);
        return point;
    }
}
