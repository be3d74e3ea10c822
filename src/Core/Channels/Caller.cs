using System.Runtime.CompilerServices;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Core.Channels;

/// <summary>Who calls a channel: a task through its context, or BCL-style code (in a task or not) with a token.</summary>
internal readonly struct Caller
{
    private readonly CancellationToken _token;
    private readonly bool _hasContext;

    private Caller(RuntimeTask? task, bool hasContext, CancellationToken token, bool mayComplete)
    {
        Task = task;
        _hasContext = hasContext;
        _token = token;
        MayComplete = mayComplete;
    }

    /// <summary>The task; null outside of any.</summary>
    internal RuntimeTask? Task { get; }

    /// <summary>The operation may begin at the call, and complete there. Never in the lab's explored dispatch.</summary>
    internal bool MayComplete { get; }

    /// <summary>The operation will be announced: nothing happens at the call.</summary>
    internal bool Announces => Task is { Announces: true };

    /// <summary>Enters the core for a call with a context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Caller Enter(Cx cx, string file, int line, CancellationToken token = default)
    {
        var task = cx.Enter(file, line);
        return new Caller(task, true, token, task.CanCompleteInline && !cx.IsCancellationVisible && !token.IsCancellationRequested);
    }

    /// <summary>Enters the core for a call without a context.</summary>
    internal static Caller Enter(CancellationToken token)
    {
        TaskCalls.Entering();
        var task = TaskCalls.Current;
        return new Caller(task, false, token, task is not { CanCompleteInline: false } && !token.IsCancellationRequested);
    }

    /// <summary>The operation completed at the call: one less of the task's inline budget.</summary>
    internal void TakeInline() => Task?.TakeInline();

    internal void Arm(CallerNode node, IWaitable owner, OperationKind operation)
    {
        if (_hasContext)
        {
            node.ArmFor(Task!, owner, operation, _token);
        }
        else
        {
            node.ArmForCaller(Task, owner, operation, _token);
        }
    }
}
