using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Exploration;
using Lab.Traces;

namespace Lab.Generators;

/// <summary>
/// Properties of programs that are given something: the input and the schedule are drawn, and a failure shrinks both together.
/// <code>
/// [FsCheck.NUnit.Property]
/// public Property Nothing_is_lost() => Scheduled.ForAll&lt;int[]&gt;(async (amounts, cx) => ...);
/// </code>
/// </summary>
public static class Scheduled
{
    /// <summary>The program passes, whatever it is given and in whatever order it runs. Inputs are FsCheck's own for <typeparamref name="T"/>.</summary>
    /// <inheritdoc cref="ForAll{T}(Arbitrary{T}, Func{T, Cx, Task})"/>
    public static Property ForAll<T>(Func<T, Cx, Task> program) => ForAll(ArbMap.Default.ArbFor<T>(), program);

    /// <summary>The program passes, whatever it is given and in whatever order it runs. The exception of a counterexample is the lab's whole report.</summary>
    /// <param name="inputs">Draws and shrinks what the program is given.</param>
    /// <param name="program">Called once for each execution; builds all its state anew, and leaves its input as it is.</param>
    /// <typeparam name="T">What the program is given.</typeparam>
    public static Property ForAll<T>(Arbitrary<T> inputs, Func<T, Cx, Task> program) => Prop.ForAll(
        Cases(inputs, program), drawn => { LabRuntime.Run(drawn.Schedule, cx => program(drawn.Input, cx)); });

    /// <summary>
    /// Inputs with a schedule each. Shrinks both together: a smaller input is tried under the same schedule, and where it passes, under 200 others, for
    /// with it the schedule means something else. Of a schedule in which the clock moves while a task is ready, one that does not need that slow a
    /// machine is tried first; never one that needs a slower one. For that the program is run while FsCheck shrinks.
    /// </summary>
    /// <inheritdoc cref="ForAll{T}(Arbitrary{T}, Func{T, Cx, Task})"/>
    public static Arbitrary<Scheduled<T>> Cases<T>(Arbitrary<T> inputs, Func<T, Cx, Task> program)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(program);
        var generator =
            from input in inputs.Generator
            from schedule in LabArbitraries.Schedules().Generator
            select new Scheduled<T>(input, schedule);
        return Arb.From(generator, drawn => Shrink(drawn, inputs, program));
    }

    /// <summary>Less to do first, then a simpler schedule.</summary>
    private static IEnumerable<Scheduled<T>> Shrink<T>(Scheduled<T> drawn, Arbitrary<T> inputs, Func<T, Cx, Task> program)
    {
        foreach (var input in inputs.Shrinker(drawn.Input))
        {
            yield return drawn with { Input = input };

            // Whoever asks for more has seen that one pass.
            if (ScheduleSearch.Find(cx => program(input, cx)) is { } schedule)
            {
                yield return new Scheduled<T>(input, schedule);
            }
        }

        Func<Cx, Task> same = cx => program(drawn.Input, cx);
        var lag = ScheduleSearch.LagOf(same, drawn.Schedule);
        if (lag != Lag.None && ScheduleSearch.Find(same) is { } calm && ScheduleSearch.LagOf(same, calm).CompareTo(lag) < 0)
        {
            yield return drawn with { Schedule = calm };
        }

        foreach (var schedule in ScheduleShrinker.Shrink(drawn.Schedule))
        {
            // Simpler, but only a slower machine shows it: then it is not smaller.
            if (ScheduleSearch.LagOf(same, schedule).CompareTo(lag) <= 0)
            {
                yield return drawn with { Schedule = schedule };
            }
        }
    }
}

/// <summary>What a program is given, and the order in which it runs: one execution.</summary>
/// <param name="Input">What it is given.</param>
/// <param name="Schedule">The order.</param>
/// <typeparam name="T">Anything that does not change: every execution gets the same instance.</typeparam>
public sealed record Scheduled<T>(T Input, Schedule Schedule)
{
    /// <summary>The input; the schedule, as deviations from the default one.</summary>
    public override string ToString() => $"{Text(Input)}   (schedule: {Schedule})";

    private static string? Text(object? input) =>
        input is System.Collections.IEnumerable items and not string ? $"[{string.Join(", ", items.Cast<object?>().Select(Text))}]" : $"{input}";
}
