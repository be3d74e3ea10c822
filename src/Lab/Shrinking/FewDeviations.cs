namespace Lab.Shrinking;

/// <summary>
/// Schedules with 1, 2, ... deviations from the default and fewer pre-emptions than the best one, as far as the budget goes: breadth first, so that
/// the simplest ones come first. Pre-emption bounding (Musuvathi, Qadeer, "Iterative context bounding for systematic testing of multithreaded programs",
/// PLDI 2007), with other free choices than the default counted, too. A task is pre-empted only before operations on contested objects.
/// </summary>
internal sealed class FewDeviations(Attempts attempts, HashSet<ulong> contested, int maxDeviations)
{
    private List<(Plan Plan, Moment Last)> _next = [];
    private int _allowed = 1;

    internal async ValueTask RunAsync()
    {
        if (attempts.Best.Plan.Count == 0)
        {
            return;
        }

        List<(Plan Plan, Moment Last)> level = [(Plan.Default, default)];
        for (var deviations = 1; deviations <= maxDeviations && !attempts.IsOver; deviations++)
        {
            _next = [];
            foreach (var (plan, last) in level)
            {
                await ExpandAsync(plan, last);
                if (attempts.IsOver)
                {
                    break;
                }
            }

            // As many pre-emptions as the best one are worth a look at the simplest schedules only: one of them may be the lower of two equals.
            _allowed = 0;

            level = _next;
        }
    }

    private async ValueTask ExpandAsync(Plan plan, Moment last)
    {
        var attempt = await attempts.LookAsync(plan);
        var isAfter = plan.Count == 0;
        var preemptions = 0;
        foreach (var taken in attempt.Log)
        {
            if (isAfter && !attempts.IsOver)
            {
                await BranchAsync(attempt, taken, preemptions);
            }

            preemptions += taken.IsPreemption ? 1 : 0;
            isAfter |= taken.At == last;
        }
    }

    private async ValueTask BranchAsync(Attempt attempt, Taken taken, int preemptions)
    {
        for (var i = 0; i < taken.Options; i++)
        {
            var option = attempt.OptionsOf(taken)[i];
            var total = preemptions + (option.IsPreemption ? 1 : 0);
            var isAllowed = total < attempts.Best.Preemptions + _allowed && (!option.IsPreemption || Insertion.Matters(taken, contested));
            if (isAllowed && option.Id != taken.Answer)
            {
                var plan = attempt.Plan.With(taken.At, option.Id);
                await attempts.ImproveAsync(plan);
                if (total < attempts.Best.Preemptions)
                {
                    _next.Add((plan, taken.At));
                }
            }
        }
    }
}
