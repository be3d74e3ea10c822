using Lab.Core.Scheduling;
using Lab.Core.Tasks;
using Lab.Oracles;

namespace Lab.Execution;

/// <summary>Nothing can run any more: what does that mean?</summary>
internal sealed class Quiescence(Recorder recorder, ForeignPosts foreign, LabHost host, LabOptions options)
{
    /// <summary>Asked for, and taken once.</summary>
    private bool _isPatient;
    private bool _wasPatient;

    /// <summary>The next execution that ends with tasks that can never run waits for a thread outside, unless one has done so before: that takes real time.</summary>
    internal void BePatient() => _isPatient = true;

    /// <summary>The verdict on an execution in which nothing is enabled and no timer is set.</summary>
    internal Verdict Judge(ScopedTask program)
    {
        if (recorder.LiveTasks == 0)
        {
            return Finished(program);
        }

        var stuck = Live();

        // A thread outside may be about to post to somebody who awaits what is not the core's. It may as well be about to use an object of the core, however
        // little speaks for that: so one execution that failed is given the time for it.
        if ((foreign.Any || ((TakePatience() || stuck.Exists(AwaitsElsewhere)) && foreign.WaitFor(options.ForeignWait))) && Escape() is { } escape)
        {
            return escape;
        }

        var text = Stuck(stuck, out var kind);
        if (PendingFault(program) is { } fault)
        {
            return fault.WithNote($"while draining after it: {text}");
        }

        if (recorder.QuiescenceOracle?.Judge() is { } judged)
        {
            return judged.IsFailure ? judged.WithNote(text) : recorder.EndVerdict();
        }

        return program.IsCompleted && program.Outcome.Kind == OutcomeKind.Ok
            ? new Verdict(VerdictKind.TaskLeak, $"the program ended, but tasks are left: {text}")
            : new Verdict(kind, text);
    }

    /// <summary>Somebody is left who awaits what is not the core's: a thread outside may be about to post.</summary>
    internal bool AwaitsOutside => Live().Exists(AwaitsElsewhere);

    /// <summary>A verdict if a foreign thread posted to a task; null if what came was harmless.</summary>
    internal Verdict? Escape()
    {
        if (!foreign.TryTake(out var post))
        {
            return null;
        }

        if (post.Use is { } use)
        {
            return new Verdict(
                VerdictKind.Escape,
                $"{(post.IsStale ? $"a {use.Object} of an earlier execution" : use.Object)} was used by {post.By}, outside of the lab{(use.Call.Length == 0 ? "" : $": {use.Call}")}.\n"
                + $"{use.Stack}\n"
                + "Causes: Task.Run that nobody awaits, a thread, timer or finalizer of the system, a CancellationTokenSource that one of these cancels. "
                + "Spawn a task that does it, and wait on cx.Clock.");
        }

        if (post.IsStale)
        {
            return new Verdict(
                VerdictKind.Escape,
                $"a task of an earlier execution was woken by {post.By}.\n"
                + "Something outlives executions and holds what waits on it: a static field, a cache, a thread of the program's own, work that was "
                + "started and never awaited.");
        }

        if (post.Task is null)
        {
            return new Verdict(
                VerdictKind.Escape,
                $"{post.By} set a timer on the lab's clock: something went on outside of the lab.\n"
                + "Causes: ConfigureAwait(false) in a library that was given cx.Clock, Task.Run. Most libraries can be told to stay: Polly by "
                + "ResilienceContextPool.Shared.Get(continueOnCapturedContext: true).");
        }

        return new Verdict(
            VerdictKind.Escape,
            $"{Describe(post.Task)} left the lab: its continuation was posted by {post.By}; {(post.Task.SiteFile.Length == 0 ? "it had not called the core yet" : $"it last called the core at {TaskText.Site(post.Task)}")}.\n"
            + "Causes: Task.Run, ConfigureAwait(false), Task.Delay without cx.Clock, real I/O, SemaphoreSlim.WaitAsync(ct), Channel.ReadAllAsync. "
            + "Use the core's primitives and cx.Clock instead.");
    }

    /// <summary>
    /// What the BCL resumed in a task that had ended: the rest of an <c>async</c> method that a task started and did not await. Natively it goes on on the
    /// thread pool; here it stays where it is. Null if nothing.
    /// </summary>
    internal string? LeftBehind()
    {
        foreach (var task in host.Tasks)
        {
            if (task is { IsCompleted: true, HasPostedContinuations: true })
            {
                return $"{Describe(task)} had ended when an async method that it had started was to go on: the rest of that runs on the thread pool, outside "
                    + "of the lab. What others wait for belongs into a task of its own, in a scope that outlives its callers.";
            }
        }

        return null;
    }

    /// <summary>A fault that happened already and that nobody has observed.</summary>
    internal Verdict? PendingFault(ScopedTask program)
    {
        if (!recorder.MayHaveFault && !foreign.Any)
        {
            return null;
        }

        if (program is { IsCompleted: true, Outcome.Kind: OutcomeKind.Faulted })
        {
            return Fault(program);
        }

        foreach (var task in host.Tasks)
        {
            if (task is { IsCompleted: true, IsObserved: false, Outcome.Kind: OutcomeKind.Faulted })
            {
                return Fault(task);
            }
        }

        foreach (var shadow in recorder.Objects)
        {
            if (shadow.Target is Scope { PendingFault: { } error and not OperationCanceledException } scope)
            {
                return Verdicts.OfException(error, scope.Owner is { } owner ? Describe(owner.Task) : null);
            }
        }

        return null;
    }

    private bool TakePatience()
    {
        var isPatient = _isPatient && !_wasPatient;
        _wasPatient |= isPatient;
        return isPatient;
    }

    private static bool IsLive(ScopedTask task) => task.Scope is not null && !task.IsCompleted;

    /// <summary>Tasks that have not ended, oldest first.</summary>
    internal List<ScopedTask> Live()
    {
        var live = new List<ScopedTask>();
        foreach (var task in host.Tasks)
        {
            if (IsLive(task))
            {
                live.Add(task);
            }
        }

        return live;
    }

    private static string Describe(RuntimeTask task) => TaskText.Of(Recorder.ShadowOf(task));

    /// <summary>The program's own exception speaks for itself; that of another task says whose it was.</summary>
    private static Verdict Fault(ScopedTask task) =>
        Verdicts.OfException(task.Outcome.Error!, Recorder.ShadowOf(task).Creator is null ? null : Describe(task));

    private Verdict Finished(ScopedTask program)
    {
        if (foreign.Any && Escape() is { } escape)
        {
            return escape;
        }

        if (PendingFault(program) is { } fault)
        {
            return fault;
        }

        return program.Outcome.Kind == OutcomeKind.Canceled && !program.Cx.IsCancellationRequested
            ? Verdicts.OfCancellation(program.Outcome.Reason!)
            : recorder.EndVerdict();
    }

    /// <summary>Awaits something that is not the core's.</summary>
    private static bool AwaitsElsewhere(ScopedTask task) => task.CurrentWait is null;

    private string Stuck(List<ScopedTask> stuck, out VerdictKind kind)
    {
        var lost = FindLostWakeup();
        kind = lost is null ? VerdictKind.Deadlock : VerdictKind.LostWakeup;
        var graph = new WaitForGraph(recorder, stuck);
        var head = lost ?? (stuck.Count == 1 ? "a task can never run again" : $"{stuck.Count} tasks can never run again");
        return head + graph.Lines() + (graph.Cycle() is { } cycle ? $"\n  wait-for cycle: {cycle}" : "");
    }

    private string? FindLostWakeup()
    {
        foreach (var shadow in recorder.Objects)
        {
            if (shadow.Target is IInspectable { HasWaiterThatCouldProceed: true } inspectable)
            {
                return $"lost wake-up on {shadow.Text}: {inspectable.Describe()}, and nobody is left who would wake the one that waits";
            }
        }

        return null;
    }
}
