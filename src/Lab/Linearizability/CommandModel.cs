namespace Lab.Linearizability;

/// <summary>A command without an argument that still needs its model.</summary>
public readonly struct CommandModel<TObject, TState>
{
    private readonly Specification<TObject, TState> _specification;
    private readonly Command<TObject, TState> _command;

    internal CommandModel(Specification<TObject, TState> specification, Command<TObject, TState> command) =>
        (_specification, _command) = (specification, command);

    /// <summary>
    /// The call takes effect at one moment: what it may answer in a state, and the state it leads to. While it would block there
    /// (<see cref="Step.Blocked"/>) it waits, and whoever is let go on first goes first: this allows barging.
    /// </summary>
    public Specification<TObject, TState> Does(Func<TState, Steps<TState>> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _specification.Complete(_command, (state, _, _) => model(state));
    }

    /// <summary>The call waits in line: two moments. The ticket tells one call from another.</summary>
    /// <inheritdoc cref="CommandModel{TObject, TState, TArgument}.Queues"/>
    public Specification<TObject, TState> Queues(
        Func<TState, int, TState> request, Func<TState, int, Steps<TState>> complete, Func<TState, int, Steps<TState>> cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(complete);
        ArgumentNullException.ThrowIfNull(cancel);
        return _specification.Queue(
            _command, (state, ticket, _) => request(state, ticket), (state, ticket, _) => complete(state, ticket), (state, ticket, _) => cancel(state, ticket));
    }
}

/// <summary>A command with an argument that still needs its model.</summary>
public readonly struct CommandModel<TObject, TState, TArgument>
{
    private readonly Specification<TObject, TState> _specification;
    private readonly Command<TObject, TState> _command;

    internal CommandModel(Specification<TObject, TState> specification, Command<TObject, TState> command) =>
        (_specification, _command) = (specification, command);

    /// <inheritdoc cref="CommandModel{TObject, TState}.Does"/>
    public Specification<TObject, TState> Does(Func<TState, TArgument, Steps<TState>> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _specification.Complete(_command, (state, _, argument) => model(state, (TArgument)argument!));
    }

    /// <summary>The call waits in line: two moments. The ticket tells one call from another.</summary>
    /// <remarks>
    /// The request is made between the call and the first moment at which the call is seen to wait on a primitive of the core (natively, or on
    /// anything else: its return). So whoever waited first is known to have asked first, and first come, first served can be asked for. The model is
    /// a dual data structure (W. N. Scherer III, M. L. Scott, "Nonblocking Concurrent Data Structures with Condition Synchronization", DISC 2004).
    /// Each queued call counts as two of the 64 that a history may have.
    /// </remarks>
    /// <param name="request">The first moment: it takes its ticket, and is in line.</param>
    /// <param name="complete">The second: blocked while it is not its turn.</param>
    /// <param name="cancel">
    /// Instead of the second, when it was cancelled: it leaves the line, and passes on what it had been given. Blocked (<see cref="Step.Blocked"/>)
    /// in a state in which it cannot be cancelled any more.
    /// </param>
    public Specification<TObject, TState> Queues(
        Func<TState, int, TArgument, TState> request,
        Func<TState, int, TArgument, Steps<TState>> complete,
        Func<TState, int, TArgument, Steps<TState>> cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(complete);
        ArgumentNullException.ThrowIfNull(cancel);
        return _specification.Queue(
            _command,
            (state, ticket, argument) => request(state, ticket, (TArgument)argument!),
            (state, ticket, argument) => complete(state, ticket, (TArgument)argument!),
            (state, ticket, argument) => cancel(state, ticket, (TArgument)argument!));
    }
}
