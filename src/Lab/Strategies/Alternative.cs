using System.Runtime.CompilerServices;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Strategies;

/// <summary>
/// One task and what it would do next. Filled in when the task becomes enabled, while everything about it is at hand, so that a decision reads one
/// place in memory. A task keeps its entry for the whole execution; who is enabled, and in which order, are numbers elsewhere.
/// </summary>
internal struct Alternative
{
    private const int OperationBits = 8;

    internal RuntimeTask Task;

    /// <summary>The canonical id of what the operation is on; 0 for nothing.</summary>
    internal ulong Target;

    /// <summary>Since when it has been enabled (virtual time).</summary>
    internal long ReadySince;

    // The operation in the lowest byte, above it in which order the tasks became enabled: half a cache line for the whole entry.
    private long _ready;

    /// <summary>The task's canonical id.</summary>
    internal readonly ulong Id => Shadow.Id.Hash;

    internal readonly long ReadySequence => _ready >> OperationBits;

    internal readonly OperationKind Operation => (OperationKind)(byte)_ready;

    /// <summary>What the lab knows of the task.</summary>
    internal readonly TaskShadow Shadow => Unsafe.As<TaskShadow>(Task.Node.Shadow!);

    internal void Announce(OperationKind operation, ulong target)
    {
        Target = target;
        _ready = (_ready & -(1L << OperationBits)) | (long)operation;
    }

    internal void Enable(OperationKind operation, ulong target, long now, long sequence)
    {
        Target = target;
        ReadySince = now;
        _ready = (sequence << OperationBits) | (long)operation;
    }
}
