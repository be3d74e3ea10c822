namespace Lab.Generators;

/// <summary>Fewer tasks, fewer steps, bodies in place of the steps around them, smaller numbers.</summary>
internal static class ProgramShrinker
{
    internal static IEnumerable<LabProgram> Shrink(LabProgram program)
    {
        foreach (var tasks in ListShrinker.Shrink(program.Tasks, Steps, minimum: 1))
        {
            yield return program with { Tasks = tasks };
        }

        foreach (var channels in ListShrinker.Shrink(program.Channels, static capacity => ListShrinker.Shrink(capacity, minimum: 1), minimum: 1))
        {
            yield return program with { Channels = channels };
        }

        foreach (var semaphores in ListShrinker.Shrink(program.Semaphores, static count => ListShrinker.Shrink(count, minimum: 1), minimum: 1))
        {
            yield return program with { Semaphores = semaphores };
        }

        if (program.Notifies > 1)
        {
            yield return program with { Notifies = 1 };
        }
    }

    private static IEnumerable<IReadOnlyList<ProgramStep>> Steps(IReadOnlyList<ProgramStep> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Body.Count > 0)
            {
                yield return [.. steps.Take(i), .. steps[i].Body, .. steps.Skip(i + 1)];
            }
        }

        foreach (var fewer in ListShrinker.Shrink(steps, Step))
        {
            yield return fewer;
        }
    }

    private static IEnumerable<ProgramStep> Step(ProgramStep step)
    {
        foreach (var body in Steps(step.Body))
        {
            yield return step with { Body = body };
        }

        foreach (var target in ListShrinker.Shrink(step.Target))
        {
            yield return step with { Target = target };
        }

        foreach (var amount in ListShrinker.Shrink(step.Amount))
        {
            yield return step with { Amount = amount };
        }
    }
}
