using Lab.Causality;
using Lab.Core.Observing;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Shrinking;

/// <summary>
/// Lenient replay: gives the answers of a plan where they are possible, the default everywhere else, and keeps a log of what was decided. Or, given a
/// strict <see cref="Replay"/>, only keeps the log.
/// </summary>
internal sealed class Steered : Strategy
{
    internal const string Name = "steered";

    private readonly List<Taken> _log = [];
    private readonly List<Option> _options = [];
    private Plan _plan = Plan.Default;
    private Replay? _recorded;
    private long _draws;
    private long _picks;
    private int _maxPreemptions;
    private long _maxSteps;
    private long _maxStepsAtBound;

    internal int Preemptions { get; private set; }

    internal int Starts { get; private set; }

    /// <summary>What was decided, in order; until the next execution begins.</summary>
    internal ReadOnlySpan<Taken> Log => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_log);

    internal ReadOnlySpan<Option> Options => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_options);

    public override string ToString() => Name;

    /// <summary>The next execution follows <paramref name="recorded"/>.</summary>
    internal Steered Follow(Replay recorded)
    {
        (_plan, _recorded) = (Plan.Default, recorded);
        return Limit(int.MaxValue, long.MaxValue, long.MaxValue);
    }

    /// <summary>The next execution follows <paramref name="plan"/>.</summary>
    internal Steered Follow(Plan plan)
    {
        (_plan, _recorded) = (plan, null);
        return Limit(int.MaxValue, long.MaxValue, long.MaxValue);
    }

    /// <summary>Ends the next execution where it can be no improvement any more.</summary>
    internal Steered Limit(int preemptions, long steps, long stepsAtBound)
    {
        (_maxPreemptions, _maxSteps, _maxStepsAtBound) = (preemptions, steps, stepsAtBound);
        return this;
    }

    internal override void Begin(Seed seed, long index)
    {
        _recorded?.Begin(seed, index);
        Diverged = null;
        _log.Clear();
        _options.Clear();
        _draws = _picks = 0;
        Preemptions = Starts = 0;
    }

    internal override int Choose(ChoicePoint point)
    {
        var current = point.Current is { } task ? Recorder.ShadowOf(task) : null;
        var at = new Moment(Question.Choice, current?.Id.Hash ?? EntityId.Clock.Hash, current is null ? point.ClockSteps : point.Current!.Polls);
        var byDefault = point.DefaultIndex;
        var index = Answer(point, at, byDefault);
        var isPreemption = point.WouldPreempt(index);
        var isStart = !isPreemption && index != point.CurrentIndex;
        Preemptions += isPreemption ? 1 : 0;
        Starts += isStart ? 1 : 0;
        _log.Add(new Taken
        {
            At = at,
            Answer = IdOf(point, index),
            Default = IdOf(point, byDefault),
            Rank = RankOf(point, index),
            IsPreemption = isPreemption,
            IsStart = isStart,
            PendingTarget = point.CurrentIndex is >= 0 and var own ? point[own].Target : 0,
            FirstOption = _options.Count,
            Options = point.Count,
        });
        for (var i = 0; i < point.Count; i++)
        {
            _options.Add(new Option(IdOf(point, i), RankOf(point, i), point.WouldPreempt(i)));
        }

        if (Preemptions > _maxPreemptions || point.Step > (Preemptions == _maxPreemptions ? _maxStepsAtBound : _maxSteps))
        {
            Diverged ??= "no improvement";
        }

        return index;
    }

    internal override ulong Draw(ulong bound)
    {
        var at = new Moment(Question.Draw, 0, _draws++);
        var value = _recorded is not null ? Recorded(_recorded.Draw(bound)) : _plan.TryGet(at, out var planned) ? planned % bound : 0;
        _log.Add(new Taken { At = at, Answer = value, Default = 0, Rank = value });
        return value;
    }

    internal override int Pick(int count, bool isVictim)
    {
        var at = new Moment(Question.Pick, 0, _picks++);
        var pick = _recorded is not null ? Recorded(_recorded.Pick(count, isVictim)) : _plan.TryGet(at, out var planned) ? (int)(planned % (ulong)count) : 0;
        _log.Add(new Taken { At = at, Answer = (ulong)pick, Default = 0, Rank = (ulong)pick });
        return pick;
    }

    private int Answer(ChoicePoint point, in Moment at, int byDefault)
    {
        if (_recorded is not null)
        {
            return Recorded(_recorded.Choose(point));
        }

        return _plan.TryGet(at, out var id) && Find(point, id) is >= 0 and var index ? index : byDefault;
    }

    private T Recorded<T>(T answer)
    {
        Diverged ??= _recorded!.Diverged;
        return answer;
    }

    private static int Find(ChoicePoint point, ulong id)
    {
        if (id == EntityId.Clock.Hash)
        {
            return point.ClockIndex;
        }

        for (var i = 0; i < point.TaskCount; i++)
        {
            if (point[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }

    private static ulong IdOf(ChoicePoint point, int index) => index == point.ClockIndex ? EntityId.Clock.Hash : point[index].Id;

    private static ulong RankOf(ChoicePoint point, int index) =>
        index == point.ClockIndex ? ulong.MaxValue : (ulong)Recorder.ShadowOf(point[index].Task).Number;
}
