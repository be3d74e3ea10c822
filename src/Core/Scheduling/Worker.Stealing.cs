using System.Diagnostics.CodeAnalysis;

namespace Lab.Core.Scheduling;

// What a worker does when it has nothing of its own: what lies in the injector, and what others have in their queues.
internal sealed partial class Worker
{
    /// <summary>What waits in its queue, and what it has sent to the injector for want of room, as far as that can be told.</summary>
    internal int Waiting => Queue.Count + (ReferenceEquals(_injector.Ready.Spiller, Queue) ? _injector.Ready.Count : 0);

    private bool TryInjected(IDecisions decisions, [NotNullWhen(true)] out RuntimeTask? task)
    {
        task = null;
        if (_injector.Ready.IsEmpty)
        {
            return false;
        }

        // What another worker had too much of is stolen like what is in its queue.
        var victim = OtherWith(_injector.Ready.Spiller);
        if (victim is not null && !decisions.IsWorthStealing(victim))
        {
            return false;
        }

        while (_injector.Ready.PopBatch(Queue, _workers.Length, out var entry) is var count && count > 0)
        {
            if (!TryClaim(entry, out task) && !TryLocal(out task))
            {
                continue;
            }

            EndStreaks();
            if (victim is not null)
            {
                decisions.HasStolen(victim, count, task.HasBegun);
            }

            return true;
        }

        task = null;
        return false;
    }

    /// <summary>The fuller of two others chosen by chance, then the rest in order. Nobody is asked when there is nothing to steal.</summary>
    private bool TrySteal(IDecisions decisions, [NotNullWhen(true)] out RuntimeTask? task)
    {
        var others = _workers.Length - 1;
        for (var first = FirstVictim(decisions, others); first >= 0; first = FirstVictim(decisions, others))
        {
            var stolen = 0;
            var victim = this;
            for (var i = 0; i < others && stolen == 0; i++)
            {
                victim = Other((first + i) % others);
                stolen = HasLoot(decisions, victim) ? victim.Queue.StealInto(Queue) : 0;
            }

            if (stolen == 0)
            {
                break;
            }

            if (TryLocal(out task))
            {
                decisions.HasStolen(victim, stolen, task.HasBegun);
                return true;
            }
        }

        task = null;
        return false;
    }

    private int FirstVictim(IDecisions decisions, int others)
    {
        var any = false;
        for (var i = 0; i < others && !any; i++)
        {
            any = HasLoot(decisions, Other(i));
        }

        if (!any)
        {
            return -1;
        }

        if (others == 1)
        {
            return 0;
        }

        var (one, two) = (decisions.Victim(others), decisions.Victim(others));
        return Other(two).Queue.Count > Other(one).Queue.Count ? two : one;
    }

    private static bool HasLoot(IDecisions decisions, Worker victim) => !victim.Queue.IsEmpty && decisions.IsWorthStealing(victim);

    /// <summary>The worker with this queue; null: it is this one, or there is no queue.</summary>
    private Worker? OtherWith(LocalQueue? queue)
    {
        if (queue is null || ReferenceEquals(queue, Queue))
        {
            return null;
        }

        foreach (var worker in _workers)
        {
            if (ReferenceEquals(worker.Queue, queue))
            {
                return worker;
            }
        }

        return null;
    }

    private Worker Other(int position) => _workers[position < Index ? position : position + 1];
}
