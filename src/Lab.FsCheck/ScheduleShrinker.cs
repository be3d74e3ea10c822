using Lab.Traces;

namespace Lab.Generators;

/// <summary>
/// Towards the non-pre-emptive default: fewer deviations, then lower choices, then earlier decisions. No run is needed. The clock is the last choice of
/// each decision, so that towards lower ones it moves early less often; where that is known it comes before all else (<see cref="Scheduled"/>).
/// </summary>
internal static class ScheduleShrinker
{
    internal static IEnumerable<Schedule> Shrink(Schedule schedule) =>
        ListShrinker.Shrink(schedule.Items, Smaller).Select(static items => new Schedule(items)).Where(smaller => IsSmaller(smaller, schedule));

    private static IEnumerable<Deviation> Smaller(Deviation deviation)
    {
        foreach (var choice in ListShrinker.Shrink(deviation.Choice))
        {
            yield return deviation with { Choice = choice };
        }

        foreach (var index in ListShrinker.Shrink(deviation.Index))
        {
            yield return deviation with { Index = index };
        }
    }

    /// <summary>Moving a deviation onto another replaces that one: such a schedule is shorter, never equal, so shrinking always ends.</summary>
    private static bool IsSmaller(Schedule a, Schedule b) =>
        a.Items.Count != b.Items.Count ? a.Items.Count < b.Items.Count : Sum(a) < Sum(b);

    private static long Sum(Schedule schedule) => schedule.Items.Sum(static item => (long)item.Index + item.Choice);
}
