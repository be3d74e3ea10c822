using Lab.Core.Scheduling;

namespace Lab.Execution;

/// <summary>
/// Virtual workers in the lab (design D2): the native queues and lanes, one step at a time. The strategy says which worker steps among those that
/// have something to do, and whom it steals from.
/// </summary>
internal sealed class VirtualPump : VirtualDispatch, IDecisions
{
    private readonly LabTimers _timers;
    private readonly ForeignPosts _foreign;
    private readonly LabDecisions _decisions;
    private readonly int[] _able;
    private int _ableCount;
    private long _busySince;
    private bool _wasBusy;

    internal VirtualPump(int workers, LabTimers timers, ForeignPosts foreign, LabDecisions decisions)
        : base(workers)
    {
        _timers = timers;
        _foreign = foreign;
        _decisions = decisions;
        _able = new int[workers];
    }

    /// <summary>Some worker had something to do when last looked.</summary>
    internal bool IsBusy => _wasBusy;

    /// <summary>Since when some task has been ready: no ready task has been held back for longer.</summary>
    internal long BusySince => _busySince;

    public ulong Draw(ulong bound) => _decisions.Draw(bound);

    public int Victim(int count) => _decisions.PickVictim(count);

    public override void Enqueue(RuntimeTask task, ReadyReason reason)
    {
        if (!_foreign.IsHome)
        {
            // Kept apart: an escape, and it is noted.
            return;
        }

        if (task.Epoch != _foreign.Epoch)
        {
            _foreign.Revived(task);
            return;
        }

        base.Enqueue(task, reason);
    }

    public override void ForeignPost(RuntimeTask task) => _foreign.Note(task);

    public override void ForeignCall(RuntimeTask task) => _foreign.Refuse(task);

    public override int BlockingWait(RuntimeTask task, IntPtr[] handles, bool waitAll, int millisecondsTimeout) =>
        _foreign.BlockingWait(task, handles, waitAll, millisecondsTimeout);

    /// <summary>Looks which workers have something to do.</summary>
    internal bool Look()
    {
        _ableCount = 0;
        for (var worker = 0; worker < Workers; worker++)
        {
            if (CanStep(worker))
            {
                _able[_ableCount++] = worker;
            }
        }

        var busy = _ableCount > 0;
        if (busy && !_wasBusy)
        {
            _busySince = _timers.Now;
        }

        _wasBusy = busy;
        return busy;
    }

    /// <summary>The worker that steps; -1: the clock moves. At least one of both is possible.</summary>
    internal int Choose(bool hasClock)
    {
        var pick = _decisions.PickWorker(_able.AsSpan(0, _ableCount), hasClock);
        return pick == _ableCount ? -1 : _able[pick];
    }

    internal override void Reset()
    {
        base.Reset();
        CurrentWorker = -1;
        _wasBusy = false;
        _busySince = 0;
    }
}
