using Lab.Core.Tasks;
using Lab.Seeds;

namespace Lab.Linearizability;

/// <summary>
/// What an object promises to concurrent callers: how to make one, which calls there are, and a sequential model that says what each may answer.
/// Promise and check are linearizability (M. P. Herlihy, J. M. Wing, "Linearizability: A Correctness Condition for Concurrent Objects", ACM TOPLAS
/// 12(3), 1990): every call takes effect at one moment between its call and its return.
/// </summary>
/// <remarks>
/// Fill it once with <c>On(...).Does(...)</c>; after that it may be checked any number of times, also by several explorations at once. The
/// object is made anew for each check.
/// </remarks>
/// <typeparam name="TObject">The object under test, or a record of several parts of one.</typeparam>
/// <typeparam name="TState">The model's state: immutable, equal by contents. See <see cref="Steps{TState}"/>.</typeparam>
public sealed partial class Specification<TObject, TState>
{
    /// <summary>Points in a history at most: each is a bit.</summary>
    internal const int MaxPoints = 64;

    private readonly Func<TObject> _create;
    private readonly List<Command<TObject, TState>> _commands = [];
    private readonly Dictionary<string, Call> _calls = new(StringComparer.Ordinal);

    internal Specification(Func<TObject> create, TState initial)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
        Initial = initial;
    }

    /// <summary>The model of a new object.</summary>
    public TState Initial { get; }

    /// <summary>
    /// Steps of the model at most for one history; beyond that the verdict is <c>inconclusive</c>, which is a failure. Default: 1,000,000.
    /// </summary>
    public long Budget { get; private set; } = 1_000_000;

    /// <summary>Every call that may be drawn, cancellations apart.</summary>
    public IReadOnlyCollection<Call> Calls => _calls.Values;

    /// <summary>Whether drawn calls cancel tasks too.</summary>
    internal bool Cancels { get; private set; }

    internal Func<Call, object?>? Partition { get; private set; }

    internal IReadOnlyList<Command<TObject, TState>> Commands => _commands;

    /// <summary>
    /// Calls with different keys touch different parts of the object, each with a model of its own that starts in <see cref="Initial"/>; the parts are
    /// then checked apart, which is exact (P-compositionality: A. Horn, D. Kroening, "Faster Linearizability Checking via P-Compositionality", FORTE
    /// 2015) and far faster. For maps and sets by key; queues and counters have no parts. A history may then have 64 calls per part.
    /// </summary>
    public Specification<TObject, TState> PartitionBy(Func<Call, object?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Partition = key;
        return this;
    }

    /// <summary>Calls that are drawn include cancellations of other tasks: of whatever they call then; the rest of their calls are not made.</summary>
    /// <remarks>A cancelled call must have had no effect, or have left the line if it waits in one.</remarks>
    public Specification<TObject, TState> WithCancellation()
    {
        Cancels = true;
        return this;
    }

    /// <summary>Sets <see cref="Budget"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public Specification<TObject, TState> WithBudget(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Budget = steps;
        return this;
    }

    /// <summary>
    /// Calls as text, one text per task: <c>"push(1); pop()"</c>; <c>cancel(B)</c> cancels the second task. What is given by name as
    /// <paramref name="first"/> comes before all others.
    /// </summary>
    /// <exception cref="ArgumentException">Nothing is called by that text, or no task was given.</exception>
    public ConcurrentCalls Parse(IEnumerable<string> tasks, string first = "") => CallText.Parse(_calls, tasks, first);

    /// <summary>
    /// Draws up to three tasks with up to <paramref name="size"/> calls each, and a few before them: the same for the same arguments.
    /// </summary>
    /// <param name="seed">All of it comes from here.</param>
    /// <param name="size">At least 1; 3 is good at finding bugs that a person can understand.</param>
    public ConcurrentCalls Draw(Seed seed, int size = 3)
    {
        var prng = new Prng(seed);
        return Drawing.Draw(this, bound => prng.Next(bound), size);
    }

    /// <summary>Makes calls drawn with <see cref="Cx.Random"/>, other ones in each execution, and checks what came of them.</summary>
    /// <remarks>For strategies that draw; one that searches every interleaving is given the calls.</remarks>
    /// <param name="cx">The context of the calling task.</param>
    /// <param name="size">As in <see cref="Draw"/>.</param>
    /// <inheritdoc cref="CheckAsync(Cx, ConcurrentCalls)"/>
    public Task CheckAsync(Cx cx, int size = 3)
    {
        ArgumentNullException.ThrowIfNull(cx);
        CheckComplete();
        return CheckAsync(cx, Drawing.Draw(this, cx.Random.Next, size));
    }

    /// <summary>Makes the calls given as text (<see cref="Parse"/>) and checks what came of them.</summary>
    /// <inheritdoc cref="CheckAsync(Cx, ConcurrentCalls)"/>
    public Task CheckAsync(Cx cx, params string[] tasks) => CheckAsync(cx, Parse(tasks));

    /// <summary>Makes the calls on a new object and checks that some order of them, one that keeps what was over before what, explains every answer.</summary>
    /// <remarks>
    /// In the lab also when nothing can run any more: then a call that still waits must be one that the model blocks there; a lost wake-up is found by
    /// that. Such an execution ends there and passes; code after this call does not run. Natively a call that waits for ever hangs the program.
    /// </remarks>
    /// <exception cref="NotLinearizableException">No order does; the message shows the history.</exception>
    /// <exception cref="InconclusiveException">The budget ran out before that was known.</exception>
    /// <exception cref="InvalidOperationException">No command, a command without a model, or another check runs in this execution.</exception>
    public Task CheckAsync(Cx cx, ConcurrentCalls calls)
    {
        ArgumentNullException.ThrowIfNull(cx);
        ArgumentNullException.ThrowIfNull(calls);
        CheckComplete();
        return new Callers<TObject, TState>(this, _create(), calls).RunAsync(cx);
    }

    /// <summary>Judges a history from anywhere.</summary>
    /// <param name="history">In any order.</param>
    /// <param name="isQuiescent">
    /// Nothing can happen any more: what has not returned waits, and the model must block it. Default: false, what has not returned may have taken
    /// effect or not.
    /// </param>
    /// <exception cref="ArgumentException">More than 64 points: calls, of which queued ones count twice.</exception>
    public Judgement Judge(IReadOnlyList<RecordedCall> history, bool isQuiescent = false)
    {
        ArgumentNullException.ThrowIfNull(history);
        CheckComplete();
        return new Judge<TObject, TState>(this, history, isQuiescent).Run();
    }

    /// <summary>The call that has this text: <c>push(1)</c>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Call this[string text] => CallText.Find(_calls, text);

    internal Specification<TObject, TState> Complete(Command<TObject, TState> command, Func<TState, int, object?, Steps<TState>> complete)
    {
        command.Complete = complete;
        return this;
    }

    internal Specification<TObject, TState> Queue(
        Command<TObject, TState> command,
        Func<TState, int, object?, TState> request,
        Func<TState, int, object?, Steps<TState>> complete,
        Func<TState, int, object?, Steps<TState>> cancel)
    {
        (command.Request, command.Cancel) = (request, cancel);
        return Complete(command, complete);
    }

    private void CheckComplete()
    {
        if (_commands.Count == 0)
        {
            throw new InvalidOperationException("The specification has no commands: add them with On(...).Does(...).");
        }

        if (_commands.Find(static command => command.Complete is null) is { } incomplete)
        {
            throw new InvalidOperationException($"The command '{incomplete.Name}' has no model: On(...) is followed by Does(...) or Queues(...).");
        }
    }
}
