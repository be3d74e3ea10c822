namespace Lab.Shrinking;

/// <summary>
/// Delta debugging over the decisions that differ from the default (Zeller, Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE TSE
/// 28(2), 2002): without a half of them, a quarter, ... down to without one. It differs in that what remains is read off the execution each time: one
/// removed decision can make others pointless.
/// </summary>
internal static class DeviationRemoval
{
    internal static async ValueTask RunAsync(Attempts attempts)
    {
        await RemoveAsync(attempts, Concern.Clock);
        await RemoveAsync(attempts, Concern.Preemptions);
        await RemoveAsync(attempts, Concern.Everything);
    }

    private static async ValueTask RemoveAsync(Attempts attempts, Concern concern)
    {
        var moments = attempts.Best.Deviations(concern);
        for (var length = moments.Count; length >= 1 && !attempts.IsOver;)
        {
            var removed = false;
            for (var start = 0; start < moments.Count && !attempts.IsOver;)
            {
                var end = Math.Min(start + length, moments.Count);
                if (await attempts.ImproveAsync(attempts.Best.Plan.Without(moments[start..end])))
                {
                    moments = attempts.Best.Deviations(concern);
                    removed = true;
                }
                else
                {
                    start = end;
                }
            }

            // Down to single ones, and those again until none can go.
            length = length > 1 ? (length + 1) / 2 : removed ? 1 : 0;
        }
    }
}
