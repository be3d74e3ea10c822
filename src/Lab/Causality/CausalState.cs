using Lab.Seeds;

namespace Lab.Causality;

/// <summary>
/// A task's half of the fingerprint: a hash of everything that happened before the task's latest access. A mutable struct: keep it in a field
/// and pass it by reference. Begin with <see cref="Of"/>: two tasks with equal beginnings could change places unseen.
/// </summary>
internal struct CausalState
{
    internal ulong Hi;
    internal ulong Lo;

    /// <summary>The state of a task that has touched nothing yet.</summary>
    internal static CausalState Of(EntityId task) => new()
    {
        Hi = SplitMix64.MixVariant(task.Hash),
        Lo = SplitMix64.Mix(task.Hash + SplitMix64.Gamma),
    };

    internal readonly UInt128 Value => new(Hi, Lo);
}
