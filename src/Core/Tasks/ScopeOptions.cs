namespace Lab.Core.Tasks;

/// <summary>What a child's fault does to its siblings.</summary>
public enum FaultPolicy
{
    /// <summary>Cancels the siblings (and, in <c>ScopeAsync</c>, the body) with <c>FailFast</c>.</summary>
    FailFast,

    /// <summary>Nothing; the faults are reported when the scope is left.</summary>
    CollectAll,
}

/// <summary>Options of one scope.</summary>
public sealed record ScopeOptions
{
    /// <summary>Default: <see cref="FaultPolicy.FailFast"/>.</summary>
    public FaultPolicy Faults { get; init; } = FaultPolicy.FailFast;

    /// <summary>For people. Default: none.</summary>
    public string? Name { get; init; }

    internal static ScopeOptions Default { get; } = new();
}
