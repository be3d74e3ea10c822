using Lab.Execution;

namespace Lab.Shrinking;

/// <summary>
/// Schedules with 1, 2, ... deviations from the default that ask for less than the best one, as far as the budget goes: breadth first, so that the
/// simplest ones come first. Pre-emption bounding (Musuvathi, Qadeer, "Iterative context bounding for systematic testing of multithreaded programs",
/// PLDI 2007), with other free choices than the default counted, too. A task is pre-empted only before operations on contested objects.
/// </summary>
internal sealed class FewDeviations(Attempts attempts, HashSet<ulong> contested, int maxDeviations)
{
    private List<(Plan Plan, Moment Last)> _next = [];

    // As much strain as the best one has is worth a look at the simplest schedules only: one of them may be the lower of two equals.
    private bool _allowsEqual = true;

    // Anything is better than a clock that moves early; but without a bound that would be every schedule there is.
    private int MostPreemptions => attempts.Best.Strain is var best && best.Lag == Lag.None ? best.Preemptions : Math.Max(best.Preemptions, 1);

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

            _allowsEqual = false;
            level = _next;
        }
    }

    private async ValueTask ExpandAsync(Plan plan, Moment last)
    {
        var attempt = await attempts.LookAsync(plan);
        var isAfter = plan.Count == 0;
        foreach (var taken in attempt.Log)
        {
            if (isAfter && !attempts.IsOver)
            {
                await BranchAsync(attempt, taken);
            }

            isAfter |= taken.At == last;
        }
    }

    private async ValueTask BranchAsync(Attempt attempt, Taken taken)
    {
        for (var i = 0; i < taken.Options; i++)
        {
            var option = attempt.OptionsOf(taken)[i];
            var isSensible = option.Strain.Preemptions <= MostPreemptions && (!option.IsPreemption || Insertion.Matters(taken, contested));
            if (option.Id != taken.Answer && isSensible && option.Strain.CompareTo(attempts.Best.Strain) is var difference && difference <= (_allowsEqual ? 0 : -1))
            {
                var plan = attempt.Plan.With(taken.At, option.Id);
                await attempts.ImproveAsync(plan);
                if (option.Strain.CompareTo(attempts.Best.Strain) < 0)
                {
                    _next.Add((plan, taken.At));
                }
            }
        }
    }
}
