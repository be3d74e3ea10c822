using Lab.Core.Cancellation;
using Lab.Core.Scheduling;

namespace Lab.Core.Tasks;

public sealed partial class Scope
{
    /// <summary>For a root scope: everything in it is asked to stop.</summary>
    internal void Shutdown(CancellationReason reason) => CancelItself(reason);

    /// <summary>
    /// For a root scope: admits nothing more and waits, from outside of the runtime, until it has drained or <paramref name="grace"/> is over, which an
    /// infinite one never is.
    /// </summary>
    internal async Task DrainAsync(TimeSpan grace, TimeProvider time)
    {
        BeginClosing();
        if (Drained.IsSet)
        {
            return;
        }

        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Drained.WhenSet(drained);
        if (grace != TimeSpan.Zero)
        {
            using var end = new CancellationTokenSource(grace, time);
#pragma warning disable RS0030 // The host's side: no task of the runtime awaits here, and the delay ends through its token only.
            await Task.WhenAny(drained.Task, Task.Delay(Timeout.InfiniteTimeSpan, end.Token)).ConfigureAwait(false);
#pragma warning restore RS0030
        }
    }

    /// <summary>For a root scope whose workers have stopped: everything that is left completes as canceled. Returns a description of each.</summary>
    /// <param name="reason">As which it does.</param>
    /// <param name="nodes">Gets everything that is left: for <see cref="AbandonSpawned"/>.</param>
    internal IReadOnlyList<string> Abandon(CancellationReason reason, List<CancellationNode> nodes)
    {
        CollectDescendants(nodes);
        var descriptions = new List<string>();

        // Innermost first, so that scopes see their children end.
        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            if (nodes[i] is Cx { Task: { IsCompleted: false } task })
            {
                descriptions.Add($"{task.Cx}{(task.SiteFile.Length == 0 ? "" : $" at {Path.GetFileName(task.SiteFile)}:{task.SiteLine}")}, {task.PendingOperation}");
                task.Abandon(reason);
            }
        }

        return descriptions;
    }

    /// <summary>What steps have spawned that were still under way when <paramref name="nodes"/> were abandoned completes as canceled, too.</summary>
    internal static void AbandonSpawned(List<CancellationNode> nodes, CancellationReason reason)
    {
        var spawned = new List<CancellationNode>();
        foreach (var node in nodes)
        {
            node.CollectDescendants(spawned);
        }

        for (var i = spawned.Count - 1; i >= 0; i--)
        {
            if (spawned[i] is Cx { Task: { IsCompleted: false } late })
            {
                late.Abandon(reason);
            }
        }
    }
}
