namespace Lab.Core.Tasks;

/// <summary>What a child's fault does to its siblings.</summary>
public enum FaultPolicy
{
    /// <summary>
    /// Cancels the siblings (and, in <c>ScopeAsync</c>, the body) with <c>FailFast</c>. Leaving the scope throws the fault, also if somebody has joined the
    /// child and seen it: it is why the others stopped.
    /// </summary>
    FailFast,

    /// <summary>Nothing. Leaving the scope throws the faults that nobody has seen by joining the child or asking for its outcome.</summary>
    CollectAll,
}

/// <summary>Options of one scope.</summary>
public sealed record ScopeOptions
{
    /// <summary>Default: <see cref="FaultPolicy.FailFast"/>.</summary>
    public FaultPolicy Faults { get; init; } = FaultPolicy.FailFast;

    /// <summary>For people. Default: none.</summary>
    public string? Name { get; init; }

    /// <summary>Told of each child that what an async void of its threw has ended, before that counts as gone: its body never goes on.</summary>
    internal Action<Cx>? ChildEscaped { get; init; }

    internal static ScopeOptions Default { get; } = new();
}
