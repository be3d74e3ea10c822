using Lab.Causality;
using Lab.Core.Observing;
using Lab.Execution;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Shrinking;

/// <summary>
/// Lenient replay: gives the answers of a plan where they are possible, the default everywhere else, and keeps a log of what was decided. Or, given a
/// strict <see cref="Replay"/>, only keeps the log. Or walks at random, with less lag than it is told.
/// </summary>
internal sealed class Steered(LabEngine engine) : Strategy
{
    internal const string Name = "steered";

    private readonly List<Taken> _log = [];
    private readonly List<Option> _options = [];
    private Plan _plan = Plan.Default;
    private Replay? _recorded;
    private long _draws;
    private long _picks;
    private Lag? _walksBelow;
    private int _goesOn;
    private Prng _random;
    private Strain _most;
    private long _maxSteps;
    private long _maxStepsAtMost;

    internal int Preemptions { get; private set; }

    /// <summary>What the last execution asked for.</summary>
    internal Strain Strain => new(engine.Lag, Preemptions);

    internal int Starts { get; private set; }

    /// <summary>What was decided, in order; until the next execution begins.</summary>
    internal ReadOnlySpan<Taken> Log => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_log);

    internal ReadOnlySpan<Option> Options => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_options);

    public override string ToString() => Name;

    /// <summary>The next execution follows <paramref name="recorded"/>.</summary>
    internal Steered Follow(Replay recorded)
    {
        (_plan, _recorded, _walksBelow) = (Plan.Default, recorded, null);
        return Limit(Strain.Most, long.MaxValue, long.MaxValue);
    }

    /// <summary>The next execution follows <paramref name="plan"/>.</summary>
    internal Steered Follow(Plan plan)
    {
        (_plan, _recorded, _walksBelow) = (plan, null, null);
        return Limit(Strain.Most, long.MaxValue, long.MaxValue);
    }

    /// <summary>
    /// The next execution goes where chance takes it, but the clock does not move where that would make the lag as large as <paramref name="lag"/>.
    /// Only draws and picks follow <paramref name="plan"/>.
    /// </summary>
    /// <param name="goesOn">A task that can go on does so in so many of so many and one cases; 0: every alternative is as likely.</param>
    internal Steered Walk(Plan plan, Lag lag, Seed seed, int goesOn)
    {
        (_plan, _recorded, _walksBelow, _goesOn) = (plan, null, lag, goesOn);
        _random = new Prng(seed);
        return Limit(Strain.Most, long.MaxValue, long.MaxValue);
    }

    /// <summary>Ends the next execution where it can be no improvement any more.</summary>
    internal Steered Limit(Strain most, long steps, long stepsAtMost)
    {
        (_most, _maxSteps, _maxStepsAtMost) = (most, steps, stepsAtMost);
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
        var first = _options.Count;
        for (var i = 0; i < point.Count; i++)
        {
            _options.Add(OptionOf(point, i));
        }

        var index = Answer(point, at, byDefault, Options[first..]);
        var option = _options[first + index];
        var isStart = !option.IsPreemption && index != point.CurrentIndex;
        Preemptions += option.IsPreemption ? 1 : 0;
        Starts += isStart ? 1 : 0;
        _log.Add(new Taken
        {
            At = at,
            Answer = option.Id,
            Default = IdOf(point, byDefault),
            Rank = option.Rank,
            IsPreemption = option.IsPreemption,
            IsEarly = option.IsEarly,
            IsStart = isStart,
            PendingTarget = point.CurrentIndex is >= 0 and var own ? point[own].Target : 0,
            FirstOption = first,
            Options = point.Count,
        });
        EndBeyond(option.Strain, point.Step);
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
        EndBeyond(Strain, step: 0);
        return pick;
    }

    private void EndBeyond(in Strain strain, long step)
    {
        var difference = strain.CompareTo(_most);
        if (difference > 0 || step > (difference == 0 ? _maxStepsAtMost : _maxSteps))
        {
            Diverged ??= "no improvement";
        }
    }

    private int Answer(ChoicePoint point, in Moment at, int byDefault, ReadOnlySpan<Option> options)
    {
        if (_recorded is not null)
        {
            return Recorded(_recorded.Choose(point));
        }

        if (_walksBelow is { } lag)
        {
            // Only the clock is ever refused, and only where a task is ready.
            var allowed = point.HasClock && options[^1].Strain.Lag.CompareTo(lag) >= 0 && point.TaskCount > 0 ? point.TaskCount : point.Count;
            var drawn = _random.Next(allowed * (_goesOn + 1));
            return drawn < allowed ? drawn : point.CurrentIndex is >= 0 and var current ? current : drawn % allowed;
        }

        return _plan.TryGet(at, out var id) && Find(point, id) is >= 0 and var index ? index : byDefault;
    }

    private Option OptionOf(ChoicePoint point, int index)
    {
        var isPreemption = point.WouldPreempt(index);
        var isClock = index == point.ClockIndex;
        var lag = isClock ? engine.LagOfAdvance : engine.Lag;
        return new Option(
            IdOf(point, index), RankOf(point, index), isPreemption, IsEarly: lag != engine.Lag, new Strain(lag, Preemptions + (isPreemption ? 1 : 0)));
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
