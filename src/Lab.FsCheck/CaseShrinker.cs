using Lab.Core.Tasks;
using Lab.Exploration;
using Lab.Linearizability;

namespace Lab.Generators;

/// <summary>Fewer calls first, then a simpler schedule.</summary>
internal static class CaseShrinker
{
    internal static IEnumerable<ConcurrentCase> Shrink(ConcurrentCase drawn, Func<ConcurrentCalls, Func<Cx, Task>> program)
    {
        foreach (var calls in drawn.Calls.Shrink())
        {
            var same = drawn with { Calls = calls };
            yield return same;

            // Whoever asks for more has seen that one pass.
            if (ScheduleSearch.Find(program(calls)) is { } schedule)
            {
                yield return new ConcurrentCase(calls, schedule);
            }
        }

        foreach (var schedule in ScheduleShrinker.Shrink(drawn.Schedule))
        {
            yield return drawn with { Schedule = schedule };
        }
    }
}
