using Lab.Causality;

namespace Lab.Shrinking;

/// <summary>
/// The same partial order with fewer switches: neighbouring independent steps are exchanged until each task runs as long as its next step needs no
/// other one first. Finding the fewest switches is NP-hard; this is greedy, by four rules for who follows, and what comes of each is executed.
/// </summary>
internal sealed class Regrouping
{
    /// <summary>Who follows when a task has to wait.</summary>
    internal enum Rule
    {
        /// <summary>Whose step came first in the original.</summary>
        Earliest,

        /// <summary>Who can take the most steps.</summary>
        Longest,

        /// <summary>Who takes the step that the waiting task needs; if that one has to wait, who takes what it needs.</summary>
        Needed,

        /// <summary>Whose step came first, but the clock only when every task has to wait.</summary>
        ClockLast,
    }

    private readonly StepGraph _graph;
    private readonly int[] _missing;
    private readonly List<int>[] _after;
    private readonly List<int>[] _ofTask;
    private readonly int[] _next;
    private readonly bool[] _done;
    private readonly int _clock;

    private Regrouping(StepGraph graph)
    {
        _graph = graph;
        _missing = new int[graph.Count];
        _after = new List<int>[graph.Count];
        _done = new bool[graph.Count];
        _next = new int[graph.Tasks];
        _clock = Array.IndexOf(graph.Id, EntityId.Clock.Hash) is >= 0 and var first ? graph.Task[first] : -1;
        _ofTask = [.. Enumerable.Range(0, graph.Tasks).Select(static _ => new List<int>())];
        for (var i = 0; i < graph.Count; i++)
        {
            _after[i] = [];
            _ofTask[graph.Task[i]].Add(i);
            _missing[i] = graph.Before(i).Count;
            foreach (var earlier in graph.Before(i))
            {
                _after[earlier].Add(i);
            }
        }
    }

    /// <summary>The steps in their new order.</summary>
    internal static List<int> Order(StepGraph graph, Rule rule) => new Regrouping(graph).Run(rule);

    /// <summary>The original order with <paramref name="race"/>'s later step, and what it needs, before its earlier one; null if that cannot be.</summary>
    internal static List<int>? Reversed(StepGraph graph, (int Earlier, int Later) race)
    {
        var needed = new bool[graph.Count];
        needed[race.Later] = true;
        for (var i = race.Later; i > race.Earlier; i--)
        {
            if (!needed[i])
            {
                continue;
            }

            foreach (var earlier in graph.Before(i))
            {
                if (earlier == race.Earlier && i != race.Later)
                {
                    return null;
                }

                needed[earlier] = true;
            }
        }

        var order = new List<int>(Enumerable.Range(0, race.Earlier));
        order.AddRange(Enumerable.Range(race.Earlier + 1, race.Later - race.Earlier).Where(i => needed[i]));
        order.Add(race.Earlier);
        order.AddRange(Enumerable.Range(race.Earlier + 1, graph.Count - race.Earlier - 1).Where(i => i > race.Later || !needed[i]));
        return order;
    }

    /// <summary>A plan that takes the steps in this order. Tasks that start at once (<paramref name="isEager"/>) take their first step unasked.</summary>
    internal static Plan PlanOf(StepGraph graph, List<int> order, bool isEager)
    {
        var answers = new Dictionary<Moment, ulong>();
        var last = new Moment(Question.Choice, EntityId.Clock.Hash, 0);
        foreach (var step in order)
        {
            if (isEager && graph.Ordinal[step] == 1 && graph.Id[step] != EntityId.Clock.Hash)
            {
                continue;
            }

            answers[last] = graph.Id[step];
            last = new Moment(Question.Choice, graph.Id[step], graph.Ordinal[step]);
        }

        return Plan.Of(answers);
    }

    private List<int> Run(Rule rule)
    {
        var order = new List<int>(_graph.Count);
        var current = _graph.Count == 0 ? -1 : _graph.Task[0];
        while (order.Count < _graph.Count)
        {
            if (!IsReady(current) || (rule == Rule.ClockLast && current == _clock))
            {
                current = Follower(current, rule);
            }

            var step = _ofTask[current][_next[current]++];
            _done[step] = true;
            order.Add(step);
            foreach (var later in _after[step])
            {
                _missing[later]--;
            }
        }

        return order;
    }

    private bool IsReady(int task) => _next[task] < _ofTask[task].Count && _missing[_ofTask[task][_next[task]]] == 0;

    private int Follower(int current, Rule rule)
    {
        if (rule == Rule.Needed && _next[current] < _ofTask[current].Count && Needed(_ofTask[current][_next[current]]) is >= 0 and var needed)
        {
            return needed;
        }

        var best = -1;
        var bestValue = long.MinValue;
        for (var task = 0; task < _next.Length; task++)
        {
            if (!IsReady(task))
            {
                continue;
            }

            var value = rule == Rule.ClockLast && task == _clock ? long.MinValue + 1
                : rule == Rule.Longest ? RunLength(task)
                : -_ofTask[task][_next[task]];
            if (value > bestValue)
            {
                (best, bestValue) = (task, value);
            }
        }

        return best;
    }

    private int Needed(int step)
    {
        for (var hops = 0; hops < _graph.Count; hops++)
        {
            var first = -1;
            foreach (var earlier in _graph.Before(step))
            {
                if (!_done[earlier] && (first < 0 || earlier < first))
                {
                    first = earlier;
                }
            }

            if (first < 0)
            {
                return IsReady(_graph.Task[step]) ? _graph.Task[step] : -1;
            }

            var task = _graph.Task[first];
            if (IsReady(task))
            {
                return task;
            }

            step = _ofTask[task][_next[task]];
        }

        return -1;
    }

    private long RunLength(int task)
    {
        var steps = _ofTask[task];
        for (var i = _next[task]; i < steps.Count; i++)
        {
            foreach (var earlier in _graph.Before(steps[i]))
            {
                if (!_done[earlier] && _graph.Task[earlier] != task)
                {
                    return i - _next[task];
                }
            }
        }

        return steps.Count - _next[task];
    }
}
