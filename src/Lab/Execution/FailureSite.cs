using System.Diagnostics;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>
/// Where in the program an exception was thrown: frames of user code, innermost first, as far as the task that threw it. Who joined that task, and so got
/// the exception as well, is a matter of the schedule.
/// </summary>
internal static class FailureSite
{
    private const int MaxFrames = 8;

    /// <summary>Empty when it is not known.</summary>
    internal static IReadOnlyList<string> Of(Verdict verdict)
    {
        if (verdict.Site is { } site)
        {
            return site;
        }

        var frames = new List<string>();
        if (verdict.Exception is { } error)
        {
            foreach (var method in WrittenMethod.In(new StackTrace(error, fNeedFileInfo: true)))
            {
                // A recursion is as deep as the schedule makes it.
                if (method.IsOfProgram && method.ToString() is var text && (frames.Count == 0 || frames[^1] != text))
                {
                    frames.Add(text);
                }

                if (frames.Count == MaxFrames || (frames.Count > 0 && method.Assembly is "Lab" or "Lab.Core"))
                {
                    break;
                }
            }
        }

        return frames;
    }

    /// <summary>The verdict, with the place written down: for one that many others are compared with.</summary>
    internal static Verdict Kept(Verdict verdict) => verdict.Exception is null || verdict.Site is not null ? verdict : verdict with { Site = Of(verdict) };

    /// <summary>
    /// One bug: the same judgement, or one that differs only in the numbers that the program says ("the balance is 130", "the balance is 150") and comes from
    /// the same place. What shrinking compares, and a run that goes on after a failure.
    /// </summary>
    internal static bool IsOneBug(Verdict a, Verdict b) => a.IsSameAs(b) || (a.IsLike(b) && AreOne(Of(a), Of(b)));

    // The JIT may have put a method into its caller by now, and then it has no frame of its own.
    private static bool AreOne(IReadOnlyList<string> a, IReadOnlyList<string> b) => a.Count == 0 || b.Count == 0 || IsIn(a, b) || IsIn(b, a);

    private static bool IsIn(IReadOnlyList<string> some, IReadOnlyList<string> all)
    {
        var found = 0;
        for (var i = 0; i < all.Count && found < some.Count; i++)
        {
            found += all[i] == some[found] ? 1 : 0;
        }

        return found == some.Count;
    }
}
