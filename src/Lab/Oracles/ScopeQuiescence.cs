using System.Runtime.CompilerServices;
using Lab.Causality;
using Lab.Core.Tasks;

namespace Lab.Oracles;

/// <summary>
/// A closed scope has no live task and no open child scope, and admits nothing afterwards (that none of its tasks left a permit unresolved is judged
/// when each ends: <see cref="PermitLeak"/>). It counts tasks and scopes itself,
/// from their events. Counter0: live tasks; Counter1: open child scopes; Counter2: 1 once closed.
/// </summary>
internal sealed class ScopeQuiescence(Breach breach) : LiveOracle("scope-quiescence", breach)
{
    internal void Spawned(ObjectShadow task)
    {
        if (ScopeOf(task) is { } scope)
        {
            Judged++;
            scope.Counter0++;
            if (scope.Counter2 != 0)
            {
                Break($"task {task} was admitted to {scope}, which is closed");
            }
        }
    }

    internal void Completed(ObjectShadow task)
    {
        if (ScopeOf(task) is { } scope)
        {
            scope.Counter0--;
        }
    }

    internal void Opened(ObjectShadow scope)
    {
        if (OuterOf(scope) is { } outer)
        {
            outer.Counter1++;
        }
    }

    internal void Closed(ObjectShadow scope, long live)
    {
        Judged++;
        if (live != 0 || scope.Counter0 != 0)
        {
            Report(VerdictKind.TaskLeak, $"{scope} closed with {Math.Max(live, scope.Counter0)} live tasks in it");
        }
        else if (scope.Counter1 != 0)
        {
            Report(VerdictKind.TaskLeak, $"{scope} closed with {scope.Counter1} open scopes in it");
        }
        else if (scope.Counter2 != 0)
        {
            Break($"{scope} closed twice");
        }

        scope.Counter2 = 1;
        if (OuterOf(scope) is { } outer)
        {
            outer.Counter1--;
        }
    }

    /// <summary>The task that opened the scope ended normally without closing it, and tasks in it were alive, or it had finalizers.</summary>
    internal void Forgotten(TaskShadow owner, ObjectShadow scope, long live)
    {
        Judged++;
        var left = live == 0 ? "finalizers in it, which never run" : $"{live} live task{(live == 1 ? "" : "s")} in it";
        Report(VerdictKind.TaskLeak, $"{TaskText.Of(owner)} ended and left {scope} open with {left}; join or dispose it before the end");
    }

    private static ObjectShadow? ScopeOf(ObjectShadow task) => Shadow((task.Target as Cx)?.Task.Scope, task.Execution);

    private static ObjectShadow? OuterOf(ObjectShadow scope) => Shadow((scope.Target as Scope)?.Outer, scope.Execution);

    private static ObjectShadow? Shadow(Scope? scope, long execution) =>
        scope is not null && Unsafe.As<ObjectShadow>(scope.Shadow) is { } shadow && shadow.Serves(scope, execution) ? shadow : null;
}
