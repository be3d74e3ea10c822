namespace Lab.Properties.Classics;

/// <summary>
/// Counts interleavings without the lab: a program is a few iterators that yield before each operation whether it could be done now. Going on does it, and
/// all local work up to the next. Every order is tried by doing the program anew for each vector of choices; an exception is a failure and ends it.
/// </summary>
internal static class OperationMachine
{
    internal sealed class FailureException : Exception;

    internal sealed class Door
    {
        internal bool IsHeld;

        internal Func<bool> IsFree => () => !IsHeld;
    }

    /// <summary>Operations that can always be done.</summary>
    internal static readonly Func<bool> Always = static () => true;

    internal static (long All, long Failing) Count(Func<IEnumerable<Func<bool>>[]> program)
    {
        var (all, failing) = (0L, 0L);
        var choices = new List<(int Choice, int Count)>();
        do
        {
            all++;
            failing += Fails(program(), choices) ? 1 : 0;
            while (choices.Count > 0 && choices[^1].Choice + 1 == choices[^1].Count)
            {
                choices.RemoveAt(choices.Count - 1);
            }

            if (choices.Count > 0)
            {
                choices[^1] = (choices[^1].Choice + 1, choices[^1].Count);
            }
        }
        while (choices.Count > 0);
        return (all, failing);
    }

    private static bool Fails(IEnumerable<Func<bool>>[] program, List<(int Choice, int Count)> choices)
    {
        var live = new List<IEnumerator<Func<bool>>>();
        foreach (var task in program.Select(static task => task.GetEnumerator()))
        {
            // Up to its first operation.
            if (task.MoveNext())
            {
                live.Add(task);
            }
        }

        for (var step = 0; live.Count > 0; step++)
        {
            var enabled = live.FindAll(static task => task.Current());
            if (enabled.Count == 0)
            {
                return true;
            }

            if (step == choices.Count)
            {
                choices.Add((0, enabled.Count));
            }

            var chosen = enabled[choices[step].Choice];
            try
            {
                if (!chosen.MoveNext())
                {
                    live.Remove(chosen);
                }
            }
            catch (FailureException)
            {
                choices.RemoveRange(step + 1, choices.Count - step - 1);
                return true;
            }
        }

        return false;
    }
}
