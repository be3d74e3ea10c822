namespace Lab.Core.Tasks;

/// <summary>The cancellation protocol of one task.</summary>
public enum TaskPhase
{
    /// <summary>Nobody asked it to stop.</summary>
    Running,

    /// <summary>Asked, but no unmasked checkpoint or wait has seen it yet.</summary>
    CancelRequested,

    /// <summary>Acknowledged: it is cleaning up, on the cleanup budget of the reason's kind.</summary>
    Cancelling,

    /// <summary>The body ended; what it left behind is being given back.</summary>
    Finalizing,

    /// <summary>Nothing happens after this.</summary>
    Completed,
}
