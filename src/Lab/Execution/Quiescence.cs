using System.Text;
using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>Nothing can run any more: what does that mean?</summary>
internal sealed class Quiescence(Recorder recorder, ForeignPosts foreign, LabHost host, LabOptions options)
{
    /// <summary>The verdict on an execution in which nothing is enabled and no timer is set.</summary>
    internal Verdict Judge(Scope root, ScopedTask program)
    {
        var stuck = Live();
        if (stuck.Count == 0)
        {
            return Finished(root, program);
        }

        if (stuck.Exists(AwaitsElsewhere) && foreign.WaitFor(options.ForeignWait) && Escape() is { } escape)
        {
            return escape;
        }

        var text = Stuck(stuck, out var kind);
        if (PendingFault(program) is { } fault)
        {
            return fault with { Notes = [.. fault.Notes, $"while draining after it: {text}"] };
        }

        return program.IsCompleted && program.Outcome.Kind == OutcomeKind.Ok
            ? new Verdict(VerdictKind.TaskLeak, $"the program ended, but tasks are left: {text}")
            : new Verdict(kind, text);
    }

    /// <summary>A verdict if a foreign thread posted to a task; null if what came was harmless.</summary>
    internal Verdict? Escape()
    {
        if (!foreign.TryTake(out var post))
        {
            return null;
        }

        var shadow = Recorder.ShadowOf(post.Task);
        return new Verdict(
            VerdictKind.Escape,
            $"{Describe(shadow)} left the lab: its continuation was posted by {post.Stack}; it last called the core at {Site(post.Task)}.\n"
            + "Causes: Task.Run, ConfigureAwait(false), Task.Delay without cx.Clock, real I/O, SemaphoreSlim.WaitAsync(ct), Channel.ReadAllAsync. "
            + "Use the core's primitives and cx.Clock instead.");
    }

    internal static string Describe(TaskShadow task) => task.Cx.Name is { } name ? $"T{task.Text} \"{name}\"" : task.Id == EntityId.Clock ? "a timer callback" : $"T{task.Text}";

    internal static string Site(RuntimeTask task) => task.SiteFile.Length == 0 ? "no call yet" : $"{Path.GetFileName(task.SiteFile)}:{task.SiteLine}";

    private Verdict Finished(Scope root, ScopedTask program)
    {
        if (foreign.Any && Escape() is { } escape)
        {
            return escape;
        }

        var outcome = program.Outcome;
        if (outcome.Kind == OutcomeKind.Faulted)
        {
            return Verdicts.OfException(outcome.Error!);
        }

        if (PendingFault(program) is { } fault)
        {
            return fault;
        }

        return outcome.Kind == OutcomeKind.Canceled && !program.Cx.IsCancellationRequested
            ? Verdicts.OfCancellation(outcome.Reason!)
            : recorder.EndVerdict();
    }

    /// <summary>A fault that happened already and that nobody has observed.</summary>
    private Verdict? PendingFault(ScopedTask program)
    {
        if (program is { IsCompleted: true, Outcome.Kind: OutcomeKind.Faulted })
        {
            return Verdicts.OfException(program.Outcome.Error!);
        }

        foreach (var task in host.Tasks)
        {
            if (task is { IsCompleted: true, IsObserved: false, Outcome.Kind: OutcomeKind.Faulted })
            {
                return Verdicts.OfException(task.Outcome.Error!);
            }
        }

        foreach (var shadow in recorder.Objects)
        {
            if (shadow.Target is Scope { PendingFault: { } error and not OperationCanceledException })
            {
                return Verdicts.OfException(error);
            }
        }

        return null;
    }

    private List<ScopedTask> Live()
    {
        var live = new List<ScopedTask>();
        foreach (var task in host.Tasks)
        {
            if (task.Scope is not null && !task.IsCompleted)
            {
                live.Add(task);
            }
        }

        return live;
    }

    /// <summary>Awaits something that is not the core's.</summary>
    private static bool AwaitsElsewhere(ScopedTask task) => task.CurrentWait is null;

    private string Stuck(List<ScopedTask> stuck, out VerdictKind kind)
    {
        var text = new StringBuilder();
        var lost = FindLostWakeup();
        kind = lost is null ? VerdictKind.Deadlock : VerdictKind.LostWakeup;
        text.Append(lost ?? (stuck.Count == 1 ? "a task can never run again" : $"{stuck.Count} tasks can never run again"));
        foreach (var task in stuck)
        {
            text.Append("\n  ").Append(Describe(Recorder.ShadowOf(task))).Append(' ').Append(Waits(task)).Append(" (").Append(Site(task)).Append(')');
        }

        return text.ToString();
    }

    private string Waits(ScopedTask task)
    {
        if (task.CurrentWait is not { } wait)
        {
            return "awaits a task the lab does not own";
        }

        var target = wait.Owner?.Target;
        var verb = wait.Operation switch
        {
            OperationKind.Join => "waits for the end of",
            OperationKind.Close => "waits for the tasks of",
            _ => $"waits in {wait.Operation.ToString().ToLowerInvariant()} on",
        };
        return $"{verb} {(target is null ? "nothing" : recorder.ShadowOf(target).Text)}";
    }

    private string? FindLostWakeup()
    {
        foreach (var shadow in recorder.Objects)
        {
            if (shadow.Target is IInspectable { HasWaiterThatCouldProceed: true } inspectable)
            {
                return $"lost wake-up on {shadow.Text}: {inspectable.Describe()}";
            }
        }

        return null;
    }
}
