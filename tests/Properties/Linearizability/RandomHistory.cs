using Lab.Linearizability;
using Lab.Seeds;

namespace Lab.Properties.Linearizability;

/// <summary>Well-formed histories of a few calls of up to three tasks, with answers drawn at random: some make sense, some do not.</summary>
internal static class RandomHistory
{
    internal static List<RecordedCall> Draw<TState>(Specification<object?, TState> specification, string[] texts, Func<Call, Prng, Answer> answer, int most, Prng prng)
    {
        var history = new List<RecordedCall>();
        var running = new RecordedCall?[1 + prng.Next(3)];
        var left = 1 + prng.Next(most);
        for (var stamp = 1; stamp < 100 && (left > 0 || running.Any(call => call is not null)); stamp++)
        {
            var task = prng.Next(running.Length);
            switch (running[task])
            {
                case null when left > 0:
                    running[task] = new RecordedCall { Task = task, Call = specification[texts[prng.Next(texts.Length)]], Called = stamp };
                    history.Add(running[task]!);
                    left--;
                    break;
                case { Parked: null } call when prng.Next(3) == 0:
                    call.Parked = stamp;
                    break;
                case { AskedToCancel: null } call when prng.Next(4) == 0:
                    call.AskedToCancel = stamp;
                    break;
                case { } call when left > 0 || prng.Next(3) > 0:
                    call.Returned = stamp;
                    call.Answer = prng.Next(8) == 0 ? Answer.Canceled : answer(call.Call, prng);
                    running[task] = null;
                    break;
                case { }:
                    // It never comes back, and its task calls nothing else.
                    running = [.. running.Where((_, i) => i != task)];
                    if (running.Length == 0)
                    {
                        return history;
                    }

                    break;
            }
        }

        return history;
    }
}
