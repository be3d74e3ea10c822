using Lab.Core.Cancellation;

namespace Lab.Core.Tasks;

/// <summary>Options of one spawn.</summary>
public sealed record SpawnOptions
{
    /// <summary>For people: reports and traces show it. Never an identity. Default: none.</summary>
    public string? Name { get; init; }

    /// <summary>Deadline, quotas and priority, checked by <see cref="Cx.Checkpoint"/>. Default: no limits.</summary>
    public Budget Budget { get; init; } = Budget.Infinite;
}
