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
    internal RuntimeTask Task;

    /// <summary>The task's canonical id.</summary>
    internal ulong Id;

    /// <summary>The canonical id of what the operation is on; 0 for nothing.</summary>
    internal ulong Target;

    /// <summary>Since when it has been enabled (virtual time), and in which order the tasks became so.</summary>
    internal long ReadySince;
    internal long ReadySequence;

    internal OperationKind Operation;

    /// <summary>What the lab knows of the task.</summary>
    internal readonly TaskShadow Shadow => Unsafe.As<TaskShadow>(Task.Node.Shadow!);
}
