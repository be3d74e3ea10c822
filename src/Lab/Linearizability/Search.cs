using System.Numerics;

namespace Lab.Linearizability;

/// <summary>
/// Looks for an order of the points that the model follows: depth first over the points that nothing still missing precedes (J. M. Wing, C. Gong,
/// "Testing and Verifying Concurrent Objects", J. Parallel and Distributed Computing 17, 1993), never twice from the same set of points and the
/// same state (G. Lowe, "Testing for Linearizability", Concurrency and Computation 29(4), 2017). Without a call stack: a history cannot overflow it.
/// </summary>
/// <remarks>
/// It differs from both in that a call may have two points, that points may be left out, and that what still waits in the end must be blocked
/// by the model there.
/// </remarks>
internal sealed class Search<TState>
{
    private readonly Points<TState> _points;
    private readonly Precedence _precedence;
    private readonly HashSet<(ulong Done, TState State)>? _seen;
    private readonly Frame[] _frames;
    private int _depth;

    /// <param name="points">What to put in order; at most 64.</param>
    /// <param name="precedence">What the order must keep.</param>
    /// <param name="remembers">False: without the memory of sets and states, to measure what it is worth.</param>
    internal Search(Points<TState> points, Precedence precedence, bool remembers = true)
    {
        _points = points;
        _precedence = precedence;
        _seen = remembers ? [] : null;
        _frames = new Frame[points.All.Count + 1];
    }

    /// <summary>Steps of the model that were tried.</summary>
    internal long Steps { get; private set; }

    /// <summary>The longest order that the model followed, by the number of points that had to be in it: each with the model's answer.</summary>
    internal IReadOnlyList<(Point<TState> Point, Answer Answer)> Longest { get; private set; } = [];

    /// <summary>The state after <see cref="Longest"/>.</summary>
    internal TState LongestState { get; private set; } = default!;

    /// <summary>The points in <see cref="Longest"/>.</summary>
    internal ulong LongestDone { get; private set; }

    /// <summary>True: there is an order; false: there is none; null: the budget ran out.</summary>
    internal bool? Run(TState initial, long budget)
    {
        LongestState = initial;
        _seen?.Add((0, initial));
        if (IsEnd(0, initial))
        {
            return true;
        }

        Enter(0, 0, initial);
        while (_depth >= 0)
        {
            ref var frame = ref _frames[_depth];
            if (frame.Next < frame.Steps.Count)
            {
                if (Try(ref frame))
                {
                    return true;
                }
            }
            else if (frame.Candidates != 0)
            {
                if (++Steps > budget)
                {
                    return null;
                }

                frame.Point = BitOperations.TrailingZeroCount(frame.Candidates);
                frame.Candidates &= frame.Candidates - 1;
                frame.Steps = _points.All[frame.Point].Steps(frame.State);
                frame.Next = 0;
            }
            else
            {
                _depth--;
            }
        }

        return false;
    }

    /// <summary>The points that could be next after those done.</summary>
    internal IEnumerable<Point<TState>> CandidatesAfter(ulong done)
    {
        for (var left = Candidates(done); left != 0; left &= left - 1)
        {
            yield return _points.All[BitOperations.TrailingZeroCount(left)];
        }
    }

    // The next step of the point that the frame is at.
    private bool Try(ref Frame frame)
    {
        var answer = frame.Steps.AnswerOf(frame.Next);
        var state = frame.Steps.NextOf(frame.Next);
        frame.Next++;
        var point = _points.All[frame.Point];
        if (point.Seen is { } seen && seen != answer)
        {
            return false;
        }

        var done = frame.Done | (1UL << frame.Point);
        if (_seen is not null && !_seen.Add((done, state)))
        {
            return false;
        }

        frame.Answer = answer;
        if (BitOperations.PopCount(done & _precedence.Required) > BitOperations.PopCount(LongestDone & _precedence.Required))
        {
            Remember(done, state);
        }

        if (IsEnd(done, state))
        {
            Remember(done, state);
            return true;
        }

        Enter(_depth + 1, done, state);
        return false;
    }

    private void Enter(int depth, ulong done, TState state)
    {
        _depth = depth;
        _frames[depth] = new Frame { Done = done, State = state, Candidates = Candidates(done) };
    }

    private ulong Candidates(ulong done)
    {
        var candidates = 0UL;
        for (var i = 0; i < _precedence.Before.Length; i++)
        {
            var isNext = (done & (1UL << i)) == 0 && (_precedence.Before[i] & ~done) == 0 && (_precedence.TooLate[i] & done) == 0;
            candidates |= isNext ? 1UL << i : 0;
        }

        return candidates;
    }

    private bool IsEnd(ulong done, TState state)
    {
        if ((_precedence.Required & ~done) != 0)
        {
            return false;
        }

        foreach (var (request, follower) in _precedence.Pairs)
        {
            if ((done & request) != 0 && (done & follower) == 0)
            {
                return false;
            }
        }

        foreach (var (_, steps) in _points.Waiting)
        {
            if (!steps(state).IsBlocked)
            {
                return false;
            }
        }

        return true;
    }

    private void Remember(ulong done, TState state)
    {
        var order = new (Point<TState>, Answer)[_depth + 1];
        for (var i = 0; i <= _depth; i++)
        {
            order[i] = (_points.All[_frames[i].Point], _frames[i].Answer);
        }

        (Longest, LongestDone, LongestState) = (order, done, state);
    }

    private struct Frame
    {
        internal ulong Done;
        internal TState State;

        /// <summary>Points not tried yet from here.</summary>
        internal ulong Candidates;

        /// <summary>The point that is being tried, what the model allows for it, which of these comes next, and which was taken.</summary>
        internal int Point;
        internal Steps<TState> Steps;
        internal int Next;
        internal Answer Answer;
    }
}
