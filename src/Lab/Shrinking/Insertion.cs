namespace Lab.Shrinking;

/// <summary>Local search: one or two deviations of the best schedule are taken away, and one is put in anywhere.</summary>
internal sealed class Insertion(Attempts attempts, HashSet<ulong> contested)
{
    /// <summary>Whether a switch before what the task would do next can make a difference: nobody else needs what nobody else touches.</summary>
    internal static bool Matters(in Taken taken, HashSet<ulong> contested) => taken.PendingTarget == 0 || contested.Contains(taken.PendingTarget);

    /// <summary>For each two pre-emptions one other. True when the best schedule is another one now.</summary>
    internal async ValueTask<bool> TwoForOneAsync()
    {
        var preemptions = attempts.Best.Deviations(Concern.Preemptions);
        for (var i = 0; i < preemptions.Count; i++)
        {
            for (var j = i + 1; j < preemptions.Count; j++)
            {
                if (await InsertAsync(attempts.Best.Plan.Without([preemptions[i], preemptions[j]])))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>For each deviation one other. True when the best schedule is another one now.</summary>
    internal async ValueTask<bool> OneForOneAsync()
    {
        foreach (var moment in attempts.Best.Deviations())
        {
            if (await InsertAsync(attempts.Best.Plan.Without([moment])))
            {
                return true;
            }
        }

        return false;
    }

    private async ValueTask<bool> InsertAsync(Plan plan)
    {
        if (attempts.IsOver)
        {
            return false;
        }

        var before = attempts.Best;
        var attempt = await attempts.LookAsync(plan);
        foreach (var taken in attempt.Log)
        {
            for (var i = 0; i < taken.Options; i++)
            {
                var option = attempt.OptionsOf(taken)[i];
                if (option.Id != taken.Answer && (!option.IsPreemption || Matters(taken, contested)) && await attempts.ImproveAsync(plan.With(taken.At, option.Id)))
                {
                    return true;
                }
            }
        }

        return !ReferenceEquals(attempts.Best, before);
    }
}
