using System.Text;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>Who waits for whom when nobody can run: a line for each stuck task, and the cycle if there is one.</summary>
internal sealed class WaitForGraph(Recorder recorder, IReadOnlyList<ScopedTask> stuck)
{
    /// <summary>One line for each stuck task: what it waits for, who has that, and the call.</summary>
    internal string Lines()
    {
        var text = new StringBuilder();
        foreach (var task in stuck)
        {
            text.Append("\n  ").Append(Describe(task)).Append(' ').Append(Waits(task)).Append(" (").Append(TaskText.Site(task)).Append(')');
        }

        return text.ToString();
    }

    /// <summary>For example <c>T0.1 -> mutex@0#2 -> T0.2 -> mutex@0#1 -> T0.1</c>; null when no cycle is known.</summary>
    internal string? Cycle()
    {
        foreach (var start in stuck)
        {
            var path = new List<ScopedTask>();
            for (var task = start; task is not null && path.Count <= stuck.Count; task = Next(task))
            {
                if (path.Count > 0 && ReferenceEquals(task, start))
                {
                    return Text(path);
                }

                path.Add(task);
            }
        }

        return null;
    }

    private string Text(List<ScopedTask> path)
    {
        var text = new StringBuilder();
        foreach (var task in path)
        {
            text.Append(Describe(task)).Append(" -> ");
            if (task.CurrentWait is { Operation: OperationKind.Lock, Owner.Target: { } target })
            {
                text.Append(recorder.ShadowOf(target).Text).Append(" -> ");
            }
        }

        return text.Append(Describe(path[0])).ToString();
    }

    private string Waits(ScopedTask task)
    {
        if (task.CurrentWait is not { } wait)
        {
            return "awaits a task the lab does not own";
        }

        if (wait.Owner?.Target is not { } target)
        {
            return $"waits in {wait.Operation.ToString().ToLowerInvariant()}";
        }

        return wait.Operation switch
        {
            OperationKind.Join when target is Cx joined => $"waits for the end of {TaskText.Of(Recorder.ShadowOf(joined.Task))}",
            OperationKind.Delay => "waits in a delay that has no end",
            OperationKind.Close => $"waits for the tasks of {recorder.ShadowOf(target).Text}",
            _ => $"waits {For(wait.Operation)} {recorder.ShadowOf(target).Text}{State(target)}",
        };
    }

    private static string For(OperationKind operation) => operation switch
    {
        OperationKind.Lock => "to lock",
        OperationKind.Acquire => "to acquire",
        OperationKind.Receive => "to receive from",
        OperationKind.Send or OperationKind.Reserve => "for a slot of",
        OperationKind.Wait => "on",
        _ => $"in {operation.ToString().ToLowerInvariant()} on",
    };

    private static string State(TracedObject target)
    {
        if (target is IOwned { Holder: { } holder })
        {
            return $", which {Describe(holder)} holds";
        }

        return target is IInspectable inspectable ? $" ({inspectable.Describe()})" : "";
    }

    /// <summary>The one stuck task that this one waits for, where that is known.</summary>
    private ScopedTask? Next(ScopedTask task)
    {
        var target = task.CurrentWait?.Owner?.Target;
        return target switch
        {
            IOwned { Holder: ScopedTask holder } => holder,
            Cx joined when task.CurrentWait!.Operation == OperationKind.Join => joined.Task,
            Scope scope => OnlyChild(scope),
            _ => null,
        };
    }

    private ScopedTask? OnlyChild(Scope scope)
    {
        ScopedTask? only = null;
        foreach (var task in stuck)
        {
            if (ReferenceEquals(task.Scope, scope))
            {
                if (only is not null)
                {
                    return null;
                }

                only = task;
            }
        }

        return only;
    }

    private static string Describe(RuntimeTask task) => TaskText.Of(Recorder.ShadowOf(task));
}
