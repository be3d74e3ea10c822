using Lab.Execution;

namespace Lab.Shrinking;

/// <summary>
/// Where they are few: every schedule that asks for no more than the best one. Each is executed once, as the default with deviations, the next of which
/// always comes after the last. When that comes to its end, the best one is the least there is.
/// </summary>
internal static class Everything
{
    private const double ShareOfBudget = 0.1;

    /// <summary>True when all of them were tried; false, most often at once, when they are too many, or numbers are drawn that nobody could count out.</summary>
    internal static async ValueTask<bool> TryAsync(Attempts attempts)
    {
        var affordable = attempts.Affordable(ShareOfBudget, attempts.Best.Result.Steps);
        var left = new Stack<(Plan Plan, int Decisions)>([(Plan.Default, 0)]);
        for (var executed = 0; left.TryPop(out var next); executed++)
        {
            if (attempts.IsOver || executed + left.Count >= affordable)
            {
                return false;
            }

            var attempt = await attempts.LookAsync(next.Plan, onlyBetter: true);
            if (attempt.Result.Steps > attempts.Longest)
            {
                return false;
            }

            for (var i = next.Decisions; i < attempt.Log.Length; i++)
            {
                if (attempt.Log[i].At.Kind != Question.Choice)
                {
                    return false;
                }

                Branch(attempts, attempt, i, next.Plan, left);
            }
        }

        return true;
    }

    private static void Branch(Attempts attempts, Attempt attempt, int decision, Plan plan, Stack<(Plan Plan, int Decisions)> left)
    {
        var taken = attempt.Log[decision];
        foreach (var option in attempt.OptionsOf(taken))
        {
            if (option.Id != taken.Answer && option.Strain.CompareTo(attempts.Best.Strain) <= 0)
            {
                left.Push((plan.With(taken.At, option.Id), decision + 1));
            }
        }
    }
}
