using Lab.Causality;
using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// Answers decisions. A pure function of its parameters and the execution's own seed: execution i of a run is reproducible alone.
/// </summary>
internal abstract class Strategy
{
    /// <summary>The text that <see cref="StrategySpec"/> parses back to an equal strategy.</summary>
    public abstract override string ToString();

    /// <summary>Set by a replay when the program asked something else than was recorded; ends the execution.</summary>
    internal string? Diverged { get; private protected set; }

    /// <summary>
    /// A search remembers what it did and goes on from it with each execution, whatever its seed; it is asked from the first execution on, in order.
    /// </summary>
    internal virtual bool IsSearch => false;

    /// <summary>A search that has no schedule left: the execution that ended was its last.</summary>
    internal virtual bool IsExhausted => false;

    /// <summary>Whether <see cref="OnAccess"/> is to be called.</summary>
    internal virtual bool WantsAccesses => false;

    /// <summary>Before each execution.</summary>
    /// <param name="seed">The execution's own seed.</param>
    /// <param name="index">The execution's index in its run, from 0.</param>
    internal abstract void Begin(Seed seed, long index);

    /// <summary>The running step touched something, in program order. <paramref name="access"/> is never None.</summary>
    internal virtual void OnAccess(TaskShadow task, ObjectShadow target, AccessKind access)
    {
    }

    /// <summary>After each execution, while its objects are still there.</summary>
    internal virtual void End(in ExecutionFacts facts)
    {
    }

    /// <summary>Which alternative proceeds; asked only when there are at least two.</summary>
    internal abstract int Choose(ChoicePoint point);

    /// <summary>A number in [0, <paramref name="bound"/>) for the program; asked only when <paramref name="bound"/> is at least 2.</summary>
    internal abstract ulong Draw(ulong bound);

    /// <summary>Virtual workers: a number in [0, <paramref name="count"/>): which worker steps, or which is stolen from.</summary>
    internal abstract int Pick(int count, bool isVictim);
}
