using Lab.Linearizability;
using Lab.Seeds;

namespace Lab.Bench;

/// <summary>
/// Histories of a queue, made as a machine would: at each moment some task calls, or what it called takes effect, or it returns. A wrong queue gives
/// the fourth item instead of the first, once.
/// </summary>
internal static class QueueHistory
{
    internal static List<RecordedCall> Draw(Specification<object?, Sequence<int>> specification, Seed seed, int tasks, int calls, bool isRight)
    {
        var prng = new Prng(seed);
        var history = new List<RecordedCall>();
        var running = new RecordedCall?[tasks];
        var hasTakenEffect = new bool[tasks];
        var queue = Sequence<int>.Empty;
        var returned = 0;
        var isSwapped = isRight;
        for (var stamp = 1; returned < calls; stamp++)
        {
            var task = prng.Next(tasks);
            if (running[task] is not { } call)
            {
                if (history.Count < calls)
                {
                    var text = prng.Next(2) == 0 ? FormattableString.Invariant($"enq({history.Count + 1})") : "deq()";
                    history.Add(running[task] = new RecordedCall { Task = task, Call = specification[text], Called = stamp });
                    hasTakenEffect[task] = false;
                }
            }
            else if (!hasTakenEffect[task])
            {
                hasTakenEffect[task] = true;
                call.Answer = TakeEffect(call.Call, ref queue, ref isSwapped);
            }
            else
            {
                call.Returned = stamp;
                running[task] = null;
                returned++;
            }
        }

        return history;
    }

    private static Answer TakeEffect(Call call, ref Sequence<int> queue, ref bool isSwapped)
    {
        if (call.Argument is int item)
        {
            queue = queue.Add(item);
            return Answer.Done;
        }

        if (queue.IsEmpty)
        {
            return Answer.Of(null);
        }

        // Three others are in line before it: seldom can calls that overlapped explain that.
        var taken = !isSwapped && queue.Count > 3 ? queue[3] : queue.First;
        isSwapped |= taken != queue.First;
        queue = queue.Remove(taken);
        return Answer.Of(taken);
    }
}
