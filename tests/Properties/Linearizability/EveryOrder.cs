using Lab.Linearizability;

namespace Lab.Properties.Linearizability;

/// <summary>
/// The definition itself, without anything clever: every order of every choice of moments that keeps real time is shown to the model as a whole. A call
/// is none, one or two moments; real time is kept when no moment comes after one of a call that had begun later than this one was over.
/// </summary>
internal sealed class EveryOrder<TState>(Specification<object?, TState> specification, IReadOnlyList<RecordedCall> history, bool isQuiescent)
{
    private readonly List<Moment> _order = [];

    private enum Part
    {
        Whole,
        Request,
        Complete,
        Cancel,
    }

    internal bool Exists() => Choose(0, []);

    // Which moments each call has: every possibility.
    private bool Choose(int index, List<Moment> chosen)
    {
        if (index == history.Count)
        {
            return Permute(chosen, new bool[chosen.Count]);
        }

        return Possibilities(history[index]).Any(parts => Choose(index + 1, [.. chosen, .. parts.Select(part => new Moment(index, part))]));
    }

    private IEnumerable<Part[]> Possibilities(RecordedCall call)
    {
        var canceled = call.Returned is not null && call.Answer.Kind == AnswerKind.Canceled;
        if (!IsQueued(call))
        {
            return call.Returned is not null ? canceled ? [[]] : [[Part.Whole]] : isQuiescent ? [[]] : [[], [Part.Whole]];
        }

        return canceled ? call.Parked is null ? [[], [Part.Request, Part.Cancel]] : [[Part.Request, Part.Cancel]]
            : call.Returned is not null ? [[Part.Request, Part.Complete]]
            : isQuiescent ? [[Part.Request]]
            : call.Parked is null ? [[], [Part.Request], [Part.Request, Part.Complete]]
            : [[Part.Request], [Part.Request, Part.Complete]];
    }

    private bool Permute(List<Moment> moments, bool[] used)
    {
        if (_order.Count == moments.Count)
        {
            return IsFollowed();
        }

        for (var i = 0; i < moments.Count; i++)
        {
            if (used[i] || (i > 0 && moments[i].Part > Part.Request && !used[i - 1]))
            {
                continue;
            }

            used[i] = true;
            _order.Add(moments[i]);
            if (KeepsRealTime() && Permute(moments, used))
            {
                return true;
            }

            _order.RemoveAt(_order.Count - 1);
            used[i] = false;
        }

        return false;
    }

    private bool KeepsRealTime() => _order.TrueForAll(moment => Latest(_order[^1]) >= Earliest(moment));

    private long Earliest(Moment moment)
    {
        var call = history[moment.Call];
        return moment.Part is Part.Whole or Part.Request ? call.Called
            : Math.Max(call.Parked ?? call.Called, moment.Part == Part.Cancel ? call.AskedToCancel ?? 0 : 0);
    }

    private long Latest(Moment moment)
    {
        var call = history[moment.Call];
        return (moment.Part == Part.Request ? call.Parked ?? call.Returned : call.Returned) ?? long.MaxValue;
    }

    private bool IsFollowed()
    {
        var states = new List<TState> { specification.Initial };
        foreach (var moment in _order)
        {
            states = [.. states.SelectMany(state => Next(state, moment))];
        }

        return states.Any(state => !isQuiescent || history.Select((call, i) => (call, i)).Where(static item => item.call.Returned is null)
            .All(item => Command(item.call).Complete!(state, item.i, item.call.Call.Argument).IsBlocked));
    }

    private IEnumerable<TState> Next(TState state, Moment moment)
    {
        var call = history[moment.Call];
        var command = Command(call);
        var argument = call.Call.Argument;
        if (moment.Part == Part.Request)
        {
            yield return command.Request!(state, moment.Call, argument);
            yield break;
        }

        var steps = (moment.Part == Part.Cancel ? command.Cancel! : command.Complete!)(state, moment.Call, argument);
        for (var i = 0; i < steps.Count; i++)
        {
            if (call.Returned is null || moment.Part == Part.Cancel || steps.AnswerOf(i) == call.Answer)
            {
                yield return steps.NextOf(i);
            }
        }
    }

    private bool IsQueued(RecordedCall call) => Command(call).Request is not null;

    private Command<object?, TState> Command(RecordedCall call) => specification.Commands[call.Call.Command];

    private readonly record struct Moment(int Call, Part Part);
}
