namespace Lab.Core.Tasks;

/// <summary>The body of a task and what it is called with.</summary>
internal abstract class TaskBody
{
    internal static readonly Func<object, Cx, Task> Starter = static (body, cx) => ((TaskBody)body).Start(cx);

    internal abstract Task Start(Cx cx);

    /// <summary>Drops body and state: a record keeps neither when the body has been called.</summary>
    internal abstract void Clear();
}

/// <inheritdoc/>
internal sealed class StatefulBody<TState> : TaskBody
{
    private Func<TState, Cx, Task>? _body;
    private TState _state = default!;

    internal void Set(Func<TState, Cx, Task> body, TState state) => (_body, _state) = (body, state);

    internal override Task Start(Cx cx) => _body!(_state, cx);

    internal override void Clear()
    {
        _body = null;
        _state = default!;
    }
}
