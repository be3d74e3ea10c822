using System.Runtime.CompilerServices;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Strategies;

/// <summary>
/// One enabled task and what it would do next. Filled in when the task becomes enabled, while everything about it is at hand, so that a decision
/// reads one place in memory.
/// </summary>
internal struct Alternative
{
    internal RuntimeTask Task;

    /// <summary>The task's canonical id.</summary>
    internal ulong Id;

    /// <summary>The canonical id of what the operation is on; 0 for nothing.</summary>
    internal ulong Target;

    internal OperationKind Operation;

    /// <summary>What the lab knows of the task.</summary>
    internal readonly TaskShadow Shadow => Unsafe.As<TaskShadow>(Task.Node.Shadow!);
}
