namespace Lab.Shrinking;

/// <summary>
/// Runs of one task (or of the clock) change places: one is moved in front of an earlier one or behind a later one, and everything else stays in its
/// order. That is what one changed decision cannot do, since after it the default goes on.
/// </summary>
internal static class RunMoves
{
    // A longer schedule has too many pairs.
    private const int MostRuns = 24;

    internal static async ValueTask RunAsync(Attempts attempts)
    {
        for (var later = 1; later < Runs(attempts.Best).Count && !attempts.IsOver; later++)
        {
            for (var earlier = 0; earlier < later && !attempts.IsOver; earlier++)
            {
                var runs = Runs(attempts.Best);
                if (runs.Count > MostRuns || later >= runs.Count)
                {
                    return;
                }

                if (await attempts.ImproveAsync(Moved(attempts.Best, runs, later, earlier)) || await attempts.ImproveAsync(Moved(attempts.Best, runs, earlier, later)))
                {
                    // From the start: it is another schedule now.
                    (earlier, later) = (-1, 1);
                }
            }
        }
    }

    // Where each run begins in the log.
    private static List<int> Runs(Attempt attempt)
    {
        var starts = new List<int>();
        for (var i = 0; i < attempt.Log.Length; i++)
        {
            if (attempt.Log[i].At.Kind == Question.Choice && (starts.Count == 0 || attempt.Log[i].Answer != attempt.Log[starts[^1]].Answer))
            {
                starts.Add(i);
            }
        }

        return starts;
    }

    private static Plan Moved(Attempt attempt, List<int> runs, int from, int to)
    {
        var answers = new Dictionary<Moment, ulong>();
        var log = attempt.Log;
        var last = log[runs[0]].At;
        for (var i = 0; i < runs.Count; i++)
        {
            var run = i == to ? from : i < Math.Min(from, to) || i > Math.Max(from, to) ? i : from < to ? i + 1 : i - 1;
            var end = run + 1 < runs.Count ? runs[run + 1] : log.Length;
            for (var at = runs[run]; at < end; at++)
            {
                var isChoice = log[at].At.Kind == Question.Choice;
                answers[isChoice ? last : log[at].At] = log[at].Answer;
                last = isChoice ? After(log, at) : last;
            }
        }

        return Plan.Of(answers);
    }

    // The moment when what was chosen at a decision has taken its step.
    private static Moment After(Taken[] log, int decision)
    {
        for (var next = decision + 1; next < log.Length; next++)
        {
            if (log[next].At.Kind == Question.Choice)
            {
                return log[next].At;
            }
        }

        var steps = log.Where(taken => taken.At.Kind == Question.Choice && taken.At.Task == log[decision].Answer).Select(static taken => taken.At.Ordinal);
        return new Moment(Question.Choice, log[decision].Answer, steps.DefaultIfEmpty().Max() + 1);
    }
}
