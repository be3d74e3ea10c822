using System.Runtime.CompilerServices;
using Lab.Core.Cancellation;
using Lab.Core.Observing;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

public sealed partial class Cx
{
    /// <summary>
    /// Runs all branches as tasks and waits for all of them, always, even when one fails early. Returns their outcomes in order, also when this task was
    /// asked to cancel meanwhile, which cancels the branches.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="branches"/> is null. This and the next are thrown by the call, before anything is spawned.</exception>
    /// <exception cref="ArgumentException">A branch is null.</exception>
    public Task<Outcome[]> JoinAllAsync(IReadOnlyList<Func<Cx, Task>> branches, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        CheckBranches(branches);
        return JoinAllCheckedAsync(branches, file, line);
    }

    private async Task<Outcome[]> JoinAllCheckedAsync(IReadOnlyList<Func<Cx, Task>> branches, string file, int line)
    {
        var outcomes = new Outcome[branches.Count];
        await ScopeAsync(
            async scope =>
            {
                var handles = branches.Select(branch => scope.Spawn(branch, file: file, line: line)).ToArray();
                for (var i = 0; i < handles.Length; i++)
                {
                    outcomes[i] = await handles[i].EndAsync(this, file, line, isCancellable: false);
                }
            },
            new ScopeOptions { Faults = FaultPolicy.CollectAll },
            file,
            line);
        return outcomes;
    }

    /// <summary>
    /// Runs all branches as tasks; the first to end wins. Returns its result only after the others were cancelled (<c>RaceLost</c>) and have ended.
    /// A loser's fault is thrown, not swallowed. A race of nothing completes only when cancelled.
    /// </summary>
    /// <remarks>
    /// Cancelling this task cancels the branches; the first to end wins all the same, and if it returned a result in spite of that, the result is returned.
    /// What losers return is dropped: a branch that takes something gives it back if it is not to keep it.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="branches"/> is null. This and the next are thrown by the call, before anything is spawned.</exception>
    /// <exception cref="ArgumentException">A branch is null.</exception>
    /// <exception cref="CanceledException">The winner was canceled, as the branches are when this task is.</exception>
    public Task<T> RaceAsync<T>(IReadOnlyList<Func<Cx, Task<T>>> branches, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        CheckBranches(branches);
        return RaceCheckedAsync(branches, file, line);
    }

    private async Task<T> RaceCheckedAsync<T>(IReadOnlyList<Func<Cx, Task<T>>> branches, string file, int line)
    {
        var handles = new TaskHandle<T>[branches.Count];
        var contexts = new Cx?[branches.Count];
        var winner = -1;
        Signal? first = null;
        await ScopeAsync(
            async scope =>
            {
                first = new Signal(scope);
                for (var i = 0; i < handles.Length; i++)
                {
                    var (index, branch) = (i, branches[i]);
                    handles[i] = scope.Spawn<T>(
                        async cx =>
                        {
                            contexts[index] = cx;
                            try
                            {
                                return await branch(cx);
                            }
                            finally
                            {
                                Decide(index);
                            }
                        },
                        file: file,
                        line: line);
                }

                try
                {
                    // Who cancels this task cancels the branches: one of them ends in any case, and what it brings is not lost. Of none, none ever does.
                    await first.WaitAsync(Enter(file, line), OperationKind.Join, cancellable: handles.Length == 0);
                }
                finally
                {
                    for (var i = 0; i < handles.Length; i++)
                    {
                        if (i != winner)
                        {
                            handles[i].Untyped.Cancel("another branch of the race ended first", CancellationKind.RaceLost);
                        }
                    }
                }
            },
            new ScopeOptions
            {
                Faults = FaultPolicy.CollectAll,

                // A branch that an async void of its ends does so without its body, which says who is first.
                ChildEscaped = ended => Decide(Array.IndexOf(contexts, ended)),
            },
            file,
            line);

        // A result is not lost because this task was asked to cancel meanwhile: it may be something to give back. Nor is a fault.
        return handles[winner].Untyped.Task.Outcome.Kind == OutcomeKind.Canceled
            ? await handles[winner].JoinAsync(this, file, line)
            : await handles[winner].ResultAsync(this, file, line);

        void Decide(int index)
        {
            var won = Memory.Atomic.TrySetOnce(ref winner, -1, index);
            if (Instrumentation.IsEnabled)
            {
                Instrumentation.Report(EventKind.RaceDecided, first!.Target, won ? 1 : 0);
            }

            if (won)
            {
                first!.Set();
            }
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> as a task and asks it to stop (<c>Timeout</c>) when <paramref name="limit"/> has passed; returns only when it has
    /// ended. Work that ends without having acknowledged that request wins, also exactly at the deadline.
    /// </summary>
    /// <remarks>
    /// Cancelling this task cancels the work. If that returns a result in spite of it, the result is returned; if it fails, its fault is thrown; if it had
    /// acknowledged the timeout before, that is thrown.
    /// </remarks>
    /// <param name="limit">Zero has passed at once; <see cref="Timeout.InfiniteTimeSpan"/> never passes.</param>
    /// <param name="work">What to run.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="limit"/> is negative and not infinite, or longer than <see cref="MaxDelay"/>. This and the next are thrown by the call, before anything is
    /// spawned.
    /// </exception>
    /// <exception cref="ArgumentNullException"><paramref name="work"/> is null.</exception>
    /// <exception cref="TimeoutException">The work acknowledged the timeout.</exception>
    /// <exception cref="CanceledException">The work was canceled for another reason, as it is when this task is.</exception>
    public Task<T> TimeoutAsync<T>(TimeSpan limit, Func<Cx, Task<T>> work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Duration.Checked(limit);
        ArgumentNullException.ThrowIfNull(work);
        return TimeoutCheckedAsync(limit, work, file, line);
    }

    private async Task<T> TimeoutCheckedAsync<T>(TimeSpan limit, Func<Cx, Task<T>> work, string file, int line)
    {
        TaskHandle<T> handle = default;
        await ScopeAsync(
            async scope =>
            {
                handle = scope.Spawn(work, file: file, line: line);
                var timers = Task.Scheduler.Timers;
                var timer = limit == Timeout.InfiniteTimeSpan ? null : new TimeoutTimer(handle.Untyped, limit);
                if (timer is not null)
                {
                    timers.Set(timer, limit);
                }

                try
                {
                    await handle.Untyped.EndAsync(this, file, line, isCancellable: false);
                }
                finally
                {
                    if (timer is not null)
                    {
                        timers.Cancel(timer);
                    }
                }
            },
            new ScopeOptions { Faults = FaultPolicy.CollectAll },
            file,
            line);
        var outcome = await handle.Untyped.EndAsync(this, file, line, isCancellable: false);
        if (outcome.Reason is { Kind: CancellationKind.Timeout } reason && reason.Message == TimeoutTimer.Message)
        {
            throw new TimeoutException($"The work did not end within {limit}.", new CanceledException(reason));
        }

        // As in a race.
        return outcome.Kind == OutcomeKind.Canceled ? await handle.JoinAsync(this, file, line) : await handle.ResultAsync(this, file, line);
    }

    /// <inheritdoc cref="TimeoutAsync{T}"/>
    public Task TimeoutAsync(TimeSpan limit, Func<Cx, Task> work, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(work);
        return TimeoutAsync(
            limit,
            async cx =>
            {
                await work(cx);
                return true;
            },
            file,
            line);
    }

    private static void CheckBranches<T>(IReadOnlyList<Func<Cx, T>> branches)
    {
        ArgumentNullException.ThrowIfNull(branches);
        for (var i = 0; i < branches.Count; i++)
        {
            if (branches[i] is null)
            {
                throw new ArgumentException("A branch is null.", nameof(branches));
            }
        }
    }
}
