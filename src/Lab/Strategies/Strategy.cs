using Lab.Causality;
using Lab.Core.Observing;
using Lab.Seeds;

namespace Lab.Strategies;

/// <summary>
/// Answers decisions. A pure function of its parameters and the execution's own seed: execution i of a run is reproducible alone.
/// </summary>
/// <remarks>
/// What a strategy would like to know of a program (how long it is, how many steps each task takes) is a parameter too, and is printed:
/// <c>pct:3,k=212</c>. In a run it is learnt (<see cref="Learn"/>); a parameter that was written out never is.
/// </remarks>
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

    /// <summary>Somebody else may answer in its place (<see cref="Restriction"/>) and it stays what it is, for the schedules that are left.</summary>
    internal virtual bool MayBeRestricted => true;

    /// <summary>A search that has no schedule left: the execution that ended was its last.</summary>
    internal virtual bool IsExhausted => false;

    /// <summary>Whether <see cref="OnAccess"/> is to be called.</summary>
    internal virtual bool WantsAccesses => false;

    /// <summary>
    /// Whether <see cref="OnEvent"/> is to be called, and <see cref="Choose"/> also where there is one alternative: for those who need to know each step.
    /// </summary>
    internal virtual bool WantsEvents => false;

    /// <summary>
    /// What a search leaves out, as it stands after "every interleaving": <c>with at most 2 pre-emptions</c>. Null: nothing, so that exhausted means all.
    /// </summary>
    internal virtual string? Bound => null;

    /// <summary>Why a search that has nothing left may have missed something all the same, as a sentence. Null: it has not.</summary>
    internal virtual string? Gap => null;

    /// <summary>Executions from this index on teach nothing: what was learnt by then stays, so that any later execution can be had without all before it.</summary>
    internal const long LearningEnds = 4096;

    /// <summary>
    /// Whether <see cref="Teach"/> and <see cref="Learn"/> are to be called. False when the parameters that would be learnt are given in the strategy's text.
    /// </summary>
    internal virtual bool Learns => false;

    /// <summary>
    /// What the execution that ended teaches; null: nothing. Asked after <see cref="End"/> of each execution below <see cref="LearningEnds"/>, the first,
    /// non-pre-emptive one included. Never changed afterwards: copies of the strategy on other threads read it.
    /// </summary>
    internal virtual object? Teach(in ExecutionFacts facts) => null;

    /// <summary>
    /// Before execution 2^j (1, 2, 4, ... <see cref="LearningEnds"/>): what the executions since the last call taught, in the order of their indexes.
    /// Every copy of a run's strategy is told the same, so the number of cores changes nothing. From here on <see cref="ToString"/> names what was learnt.
    /// </summary>
    internal virtual void Learn(IReadOnlyList<object> lessons)
    {
    }

    /// <summary>
    /// Who answers in the present execution. A strategy that chooses among others by the execution's seed says here which: the text of that one and the
    /// seed repeat the execution alone.
    /// </summary>
    internal virtual Strategy Answering => this;

    /// <summary>Where a search is between two executions, as one line that <see cref="Restore"/> reads; null: it cannot be interrupted.</summary>
    internal virtual string? Save() => null;

    /// <summary>Goes on from where <see cref="Save"/> was called on a search with the same text.</summary>
    /// <exception cref="FormatException">The line is not one of this search.</exception>
    internal virtual void Restore(string state) => throw new FormatException($"the strategy {this} cannot be resumed");

    /// <summary>
    /// Before the first execution: search only part <paramref name="part"/> (from 0) of <paramref name="parts"/>, which together are the whole.
    /// False: this search cannot be divided.
    /// </summary>
    internal virtual bool TryDivide(int part, int parts) => false;

    /// <summary>The execution that ended belongs to another part; it was run only to see where this part goes on, and does not count.</summary>
    internal virtual bool IsForeign => false;

    /// <summary>What was decided since this was last asked (<c>+metrics</c>); null: nobody counts.</summary>
    internal virtual StrategyMetrics? TakeMetrics() => null;

    /// <summary>Before each execution.</summary>
    /// <param name="seed">The execution's own seed.</param>
    /// <param name="index">The execution's index in its run, from 0.</param>
    internal abstract void Begin(Seed seed, long index);

    /// <summary>The running step touched something, in program order. <paramref name="access"/> is never None.</summary>
    internal virtual void OnAccess(TaskShadow task, ObjectShadow target, AccessKind access)
    {
    }

    /// <summary>Something happened, in program order; also what is no access (a wake). <paramref name="a"/> and <paramref name="b"/> are the event's numbers.</summary>
    internal virtual void OnEvent(EventKind kind, TaskShadow task, ObjectShadow? target, AccessKind access, long a, long b)
    {
    }

    /// <summary>After each execution, while its objects are still there.</summary>
    internal virtual void End(in ExecutionFacts facts)
    {
    }

    /// <summary>Which alternative proceeds; asked only when there are at least two (but see <see cref="WantsEvents"/>).</summary>
    internal abstract int Choose(ChoicePoint point);

    /// <summary>
    /// What <see cref="Choose"/> will probably answer when it was asked <paramref name="ahead"/> times more (0: the next time) and the times after that, if
    /// there are <paramref name="count"/> alternatives then; up to <see cref="PrngAhead.Length"/> times from now. False when there is no saying. Changes no
    /// answer: a hint of which memory will be needed.
    /// </summary>
    internal virtual bool TryForesee(int ahead, int count, Span<int> answers) => false;

    /// <summary>A number in [0, <paramref name="bound"/>) for the program; asked only when <paramref name="bound"/> is at least 2.</summary>
    internal abstract ulong Draw(ulong bound);

    /// <summary>Virtual workers: a number in [0, <paramref name="count"/>): which worker steps, or which is stolen from.</summary>
    internal abstract int Pick(int count, bool isVictim);
}
