using Lab.Seeds;

namespace Lab.Properties.Causality;

/// <summary>An access of a program of the tests: a task reads or writes an object.</summary>
internal readonly record struct SmallAccess(int Task, int Object, bool IsWrite)
{
    internal bool DependsOn(SmallAccess other) => Task == other.Task || (Object == other.Object && (IsWrite || other.IsWrite));
}

/// <summary>Random programs of a few tasks that read and write a few objects, and their interleavings.</summary>
internal static class SmallProgram
{
    internal const int Tasks = 3;
    internal const int Objects = 3;

    internal static List<SmallAccess> Random(ref Prng prng, int length)
    {
        var program = new List<SmallAccess>();
        while (program.Count < length)
        {
            program.Add(new SmallAccess(prng.Next(Tasks), prng.Next(Objects), prng.Next(2) == 0));
        }

        return program;
    }

    internal static List<SmallAccess> RandomInterleaving(List<SmallAccess> program, ref Prng prng)
    {
        var left = Enumerable.Range(0, Tasks).Select(task => new Queue<SmallAccess>(program.Where(access => access.Task == task))).ToList();
        var interleaving = new List<SmallAccess>();
        while (left.RemoveAll(queue => queue.Count == 0) is var _ && left.Count > 0)
        {
            interleaving.Add(left[prng.Next(left.Count)].Dequeue());
        }

        return interleaving;
    }
}
