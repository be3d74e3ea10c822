namespace Lab.Shrinking;

/// <summary>Towards the lexicographically least: lower tasks first where that costs nothing, and lower numbers drawn.</summary>
internal static class Polish
{
    internal static async ValueTask RunAsync(Attempts attempts)
    {
        await LowerDrawsAsync(attempts);
        await LowerTasksAsync(attempts);
    }

    private static async ValueTask LowerTasksAsync(Attempts attempts)
    {
        for (var i = 0; i < attempts.Best.Log.Length && !attempts.IsOver; i++)
        {
            var best = attempts.Best;
            var taken = best.Log[i];
            for (var o = 0; o < taken.Options; o++)
            {
                var option = best.OptionsOf(taken)[o];

                // A pre-emption or an early advance more is never better; in place of one it may be.
                var isNoMore = (!option.IsPreemption || taken.IsPreemption) && (!option.IsEarly || taken.IsEarly);
                if (option.Rank < taken.Rank && isNoMore && await attempts.ImproveAsync(best.Plan.With(taken.At, option.Id)))
                {
                    // The same again, up to where it is another execution now.
                    i--;
                    break;
                }
            }
        }
    }

    private static async ValueTask LowerDrawsAsync(Attempts attempts)
    {
        for (var i = 0; i < attempts.Best.Log.Length && !attempts.IsOver; i++)
        {
            if (attempts.Best.Log[i] is { At.Kind: not Question.Choice, Answer: > 0 })
            {
                await LowerAsync(attempts, attempts.Best.Log[i].At);
            }
        }
    }

    // Zero, then halves, then one less: as far as each goes.
    private static async ValueTask LowerAsync(Attempts attempts, Moment at)
    {
        if (await attempts.ImproveAsync(attempts.Best.Plan.Without([at])))
        {
            return;
        }

        var floor = 0UL;
        while (!attempts.IsOver && attempts.Best.Plan.TryGet(at, out var value) && value - floor > 1)
        {
            var middle = floor + ((value - floor) / 2);
            if (!await attempts.ImproveAsync(attempts.Best.Plan.With(at, middle)))
            {
                floor = middle;
            }
        }
    }
}
