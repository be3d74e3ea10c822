using Lab.Causality;

namespace Lab.Traces;

/// <summary>Something that happened in an execution.</summary>
/// <param name="Step">The step within which it happened; 0 before the first.</param>
/// <param name="Task">Who did it: a task's path, <c>clock</c>, a timer, a worker; empty outside of any.</param>
/// <param name="Kind">What happened: the name of an event kind, for example <c>ChannelSent</c>, or <c>Note</c>.</param>
/// <param name="Object">The canonical id of what it touched; empty if nothing.</param>
/// <param name="Detail">The event's numbers or text, for people. A compare-exchange that did not take effect says <c>failed</c> or <c>0</c>.</param>
/// <param name="TimeTicks">Virtual time since the start, in ticks of 100 ns.</param>
/// <param name="Site">Where in the program: file name and line, <c>Bank.cs:14</c>; empty if unknown. Never a path: paths differ between machines.</param>
public sealed record TraceEvent(int Step, string Task, string Kind, string Object, string Detail, long TimeTicks, string Site)
{
    /// <summary>How the event touched its object; none for notes, for kinds of other versions, and where there is no object.</summary>
    internal AccessKind Access
    {
        get
        {
            if (Object.Length == 0 || !Accesses.TryParse(Kind, out var kind))
            {
                return AccessKind.None;
            }

            return Accesses.OfOutcome(kind, Detail is "failed" or "0" ? 0 : 1);
        }
    }
}
