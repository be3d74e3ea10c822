namespace Lab.Core.Tasks;

/// <summary>The life of a scope, in order.</summary>
public enum ScopeState
{
    /// <summary>Admits work.</summary>
    Open,

    /// <summary>
    /// Being left; admits nothing. Passed within one critical section: whoever looks sees <see cref="Draining"/>, for to leave is to wait for children.
    /// </summary>
    Closing,

    /// <summary>Waits for children and child scopes.</summary>
    Draining,

    /// <summary>Runs finalizers, last added first.</summary>
    Finalizing,

    /// <summary>No live task, no child scope, no unresolved permit.</summary>
    Closed,
}
