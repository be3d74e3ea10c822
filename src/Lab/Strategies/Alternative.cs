using System.Runtime.CompilerServices;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Strategies;

/// <summary>
/// One task and what it would do next. Written into the task's record when the task becomes enabled, while that is at hand: a step reads and writes the record
/// anyway, and with thousands of tasks a place of its own would be one more that is fetched. It stays until the task is enabled again.
/// </summary>
/// <param name="task">The task.</param>
internal readonly struct Alternative(RuntimeTask task)
{
    private const int OperationBits = 8;

    internal readonly RuntimeTask Task = task;

    /// <summary>The canonical id of what the operation is on; 0 for nothing.</summary>
    internal ulong Target => Task.LabTarget;

    /// <summary>Since when it has been enabled (virtual time).</summary>
    internal long ReadySince => Task.LabReadySince;

    /// <summary>The task's canonical id.</summary>
    internal ulong Id => Shadow.Id.Hash;

    internal long ReadySequence => Task.LabReady >> OperationBits;

    internal OperationKind Operation => (OperationKind)(byte)Task.LabReady;

    /// <summary>What the lab knows of the task.</summary>
    internal TaskShadow Shadow => Unsafe.As<TaskShadow>(Task.Node.Shadow!);

    internal static void Announce(RuntimeTask task, OperationKind operation, ulong target)
    {
        task.LabTarget = target;
        task.LabReady = (task.LabReady & -(1L << OperationBits)) | (long)operation;
    }

    internal static void Enable(RuntimeTask task, OperationKind operation, ulong target, long now, long sequence)
    {
        task.LabTarget = target;
        task.LabReadySince = now;
        task.LabReady = (sequence << OperationBits) | (long)operation;
    }
}
