namespace Lab.Linearizability;

/// <summary>
/// Checks an object with concurrent callers against a sequential model of it. Three lines for a new type:
/// <code>
/// await Linearizable.Of(() => new MyQueue(), Sequence&lt;int&gt;.Empty)
///     .On("put", (queue, x, c) => queue.PutAsync(x, c), 1, 2, 3).Does((model, x) => model.Add(x))
///     .On("take", (queue, c) => queue.TakeAsync(c)).Does(model => model.IsEmpty ? Step.Blocked : (model.First, model.RemoveFirst()))
///     .CheckAsync(cx);
/// </code>
/// </summary>
public static class Linearizable
{
    /// <summary>Begins the specification of an object.</summary>
    /// <param name="create">Makes the object under test; called once for each check, in the task that checks.</param>
    /// <param name="initial">The model of a new object.</param>
    public static Specification<TObject, TState> Of<TObject, TState>(Func<TObject> create, TState initial) => new(create, initial);
}
