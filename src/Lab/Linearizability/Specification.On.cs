using System.Runtime.CompilerServices;
using Lab.Core.Tasks;

namespace Lab.Linearizability;

// The call's side of a command: every shape of method, with and without an argument.
public sealed partial class Specification<TObject, TState>
{
    /// <summary>A call that awaits: the lab comes in between wherever it does. It is given the <see cref="Cx"/> of the task that makes it.</summary>
    /// <param name="name">Unique in this specification; for tables and for the text of calls.</param>
    /// <param name="call">Makes the call.</param>
    [OverloadResolutionPriority(1)]
    public CommandModel<TObject, TState> On<TResult>(string name, Func<TObject, Cx, Task<TResult>> call) =>
        Add(name, async (it, cx) => Answer.Of(await call(it, cx)));

    /// <inheritdoc cref="On{TResult}(string, Func{TObject, Cx, Task{TResult}})"/>
    public CommandModel<TObject, TState> On<TResult>(string name, Func<TObject, Cx, ValueTask<TResult>> call) =>
        Add(name, async (it, cx) => Answer.Of(await call(it, cx)));

    /// <inheritdoc cref="On{TResult}(string, Func{TObject, Cx, Task{TResult}})"/>
    [OverloadResolutionPriority(1)]
    public CommandModel<TObject, TState> On(string name, Func<TObject, Cx, Task> call) => Add(name, async (it, cx) =>
    {
        await call(it, cx);
        return Answer.Done;
    });

    /// <inheritdoc cref="On{TResult}(string, Func{TObject, Cx, Task{TResult}})"/>
    public CommandModel<TObject, TState> On(string name, Func<TObject, Cx, ValueTask> call) => Add(name, async (it, cx) =>
    {
        await call(it, cx);
        return Answer.Done;
    });

    /// <summary>
    /// A call that does not await, which the lab runs as one step: its sharing is declared by this, so that strategies see it. What such a call does
    /// inside is not interleaved with anything.
    /// </summary>
    /// <inheritdoc cref="On{TResult}(string, Func{TObject, Cx, Task{TResult}})"/>
    public CommandModel<TObject, TState> On<TResult>(string name, Func<TObject, TResult> call) => AddSynchronous(name, it => Result(name, call(it)));

    /// <inheritdoc cref="On{TResult}(string, Func{TObject, TResult})"/>
    public CommandModel<TObject, TState> On(string name, Action<TObject> call) => AddSynchronous(name, it =>
    {
        call(it);
        return Answer.Done;
    });

    /// <summary>A call that awaits, with an argument.</summary>
    /// <param name="name">Unique in this specification.</param>
    /// <param name="call">Makes the call.</param>
    /// <param name="arguments">The arguments that calls are drawn with; at least one, and each with a text of its own.</param>
    [OverloadResolutionPriority(1)]
    public CommandModel<TObject, TState, TArgument> On<TArgument, TResult>(
        string name, Func<TObject, TArgument, Cx, Task<TResult>> call, params TArgument[] arguments) =>
        Add(name, async (it, argument, cx) => Answer.Of(await call(it, argument, cx)), arguments);

    /// <inheritdoc cref="On{TArgument, TResult}(string, Func{TObject, TArgument, Cx, Task{TResult}}, TArgument[])"/>
    public CommandModel<TObject, TState, TArgument> On<TArgument, TResult>(
        string name, Func<TObject, TArgument, Cx, ValueTask<TResult>> call, params TArgument[] arguments) =>
        Add(name, async (it, argument, cx) => Answer.Of(await call(it, argument, cx)), arguments);

    /// <inheritdoc cref="On{TArgument, TResult}(string, Func{TObject, TArgument, Cx, Task{TResult}}, TArgument[])"/>
    [OverloadResolutionPriority(1)]
    public CommandModel<TObject, TState, TArgument> On<TArgument>(
        string name, Func<TObject, TArgument, Cx, Task> call, params TArgument[] arguments) => Add(
        name,
        async (it, argument, cx) =>
        {
            await call(it, argument, cx);
            return Answer.Done;
        },
        arguments);

    /// <inheritdoc cref="On{TArgument, TResult}(string, Func{TObject, TArgument, Cx, Task{TResult}}, TArgument[])"/>
    public CommandModel<TObject, TState, TArgument> On<TArgument>(
        string name, Func<TObject, TArgument, Cx, ValueTask> call, params TArgument[] arguments) => Add(
        name,
        async (it, argument, cx) =>
        {
            await call(it, argument, cx);
            return Answer.Done;
        },
        arguments);

    /// <summary>A call that does not await, with an argument: one step, its sharing declared by this.</summary>
    /// <inheritdoc cref="On{TArgument, TResult}(string, Func{TObject, TArgument, Cx, Task{TResult}}, TArgument[])"/>
    public CommandModel<TObject, TState, TArgument> On<TArgument, TResult>(
        string name, Func<TObject, TArgument, TResult> call, params TArgument[] arguments) =>
        AddSynchronous(name, (it, argument) => Result(name, call(it, argument)), arguments);

    /// <inheritdoc cref="On{TArgument, TResult}(string, Func{TObject, TArgument, TResult}, TArgument[])"/>
    public CommandModel<TObject, TState, TArgument> On<TArgument>(
        string name, Action<TObject, TArgument> call, params TArgument[] arguments) => AddSynchronous(
        name,
        (it, argument) =>
        {
            call(it, argument);
            return Answer.Done;
        },
        arguments);

    // A task that nobody awaits would be taken for the result.
    private static Answer Result(string name, object? result) => result is Task or ValueTask
        ? throw new ArgumentException($"the call '{name}' returns a task: take a Cx, (it, cx) => ..., and it is awaited")
        : Answer.Of(result);

    private CommandModel<TObject, TState> Add(string name, Func<TObject, Cx, ValueTask<Answer>> call) =>
        new(this, Add(name, isSynchronous: false, (it, _, cx) => call(it, cx), [Call.Of(name, _commands.Count)]));

    private CommandModel<TObject, TState> AddSynchronous(string name, Func<TObject, Answer> call) =>
        new(this, Add(name, isSynchronous: true, (it, _, _) => new ValueTask<Answer>(call(it)), [Call.Of(name, _commands.Count)]));

    private CommandModel<TObject, TState, TArgument> Add<TArgument>(
        string name, Func<TObject, TArgument, Cx, ValueTask<Answer>> call, TArgument[] arguments) =>
        new(this, Add(name, isSynchronous: false, (it, argument, cx) => call(it, (TArgument)argument!, cx), CallsOf(name, arguments)));

    private CommandModel<TObject, TState, TArgument> AddSynchronous<TArgument>(string name, Func<TObject, TArgument, Answer> call, TArgument[] arguments) =>
        new(this, Add(name, isSynchronous: true, (it, argument, _) => new ValueTask<Answer>(call(it, (TArgument)argument!)), CallsOf(name, arguments)));

    private Call[] CallsOf<TArgument>(string name, TArgument[] arguments) =>
        arguments is { Length: > 0 }
            ? [.. arguments.Select(argument => Call.Of(name, _commands.Count, argument))]
            : throw new ArgumentException($"the command '{name}' has an argument: give the values to draw it from");

    private Command<TObject, TState> Add(string name, bool isSynchronous, Func<TObject, object?, Cx, ValueTask<Answer>> invoke, Call[] calls)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name == Call.CancelName || _commands.Exists(command => command.Name == name))
        {
            throw new ArgumentException($"there is a command '{name}' already");
        }

        var command = new Command<TObject, TState> { Name = name, Calls = calls, Invoke = invoke, IsSynchronous = isSynchronous };
        foreach (var call in calls)
        {
            if (!_calls.TryAdd(call.Text, call))
            {
                throw new ArgumentException($"two arguments of the command '{name}' have the text of {call}: give values that people can tell apart");
            }
        }

        _commands.Add(command);
        return command;
    }
}
