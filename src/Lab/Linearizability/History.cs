using Lab.Causality;
using Lab.Core.Observing;
using Lab.Core.Tasks;
using Lab.Execution;
using Lab.Oracles;

namespace Lab.Linearizability;

/// <summary>
/// Writes down who calls what and when it comes back. That order is part of what decides the verdict, so it is declared: a call reads the history,
/// a return or the beginning of a wait writes it. Calls commute with calls, and with nothing else.
/// </summary>
internal sealed class History(Func<IReadOnlyList<RecordedCall>, Judgement> judgeQuiescent) : TracedObject, IQuiescenceOracle
{
    private readonly List<RecordedCall> _calls = [];

    // The call that each task is in.
    private readonly List<(Cx Cx, RecordedCall Call)> _running = [];
    private long _stamp;

    internal override string KindName => "history";

    /// <summary>What was recorded so far.</summary>
    internal IReadOnlyList<RecordedCall> Calls => _calls;

    /// <summary>What the first call that threw has thrown.</summary>
    internal Exception? FirstError => _calls.Find(static call => call.Error is not null)?.Error;

    private static Recorder? Lab => Instrumentation.IsEnabled ? Instrumentation.Current as Recorder : null;

    /// <summary>From now on the lab tells of waits, and asks when nothing can run any more.</summary>
    internal void Open()
    {
        if (Lab is { } lab)
        {
            lab.QuiescenceOracle = lab.QuiescenceOracle is null
                ? this
                : throw new InvalidOperationException("Two checks of linearizability run in this execution: make one after the other.");
        }
    }

    internal void Close()
    {
        if (Lab is { } lab)
        {
            lab.QuiescenceOracle = null;
        }
    }

    internal RecordedCall Called(int task, Call call, Cx cx)
    {
        lock (_calls)
        {
            Report(EventKind.StateRead);
            var recorded = new RecordedCall { Task = task, Call = call, Called = ++_stamp, CalledAt = Lab?.Step ?? -1 };
            _calls.Add(recorded);
            _running.Add((cx, recorded));
            return recorded;
        }
    }

    internal void AskedToCancel(int task)
    {
        lock (_calls)
        {
            Report(EventKind.HistoryWritten);
            foreach (var (_, call) in _running)
            {
                if (call.Task == task && call.AskedToCancel is null)
                {
                    (call.AskedToCancel, call.AskedToCancelAt) = (++_stamp, Lab?.Step ?? -1);
                }
            }
        }
    }

    internal void Returned(RecordedCall call, Answer answer, Exception? error, Cx cx)
    {
        lock (_calls)
        {
            Report(EventKind.HistoryWritten);
            _running.RemoveAll(running => ReferenceEquals(running.Call, call));
            (call.Answer, call.Error, call.Returned, call.ReturnedAt) = (answer, error, ++_stamp, Lab?.Step ?? -1);
        }

        cx.Note(call.ToString());
    }

    void IQuiescenceOracle.Parked(TaskShadow task)
    {
        foreach (var (cx, call) in _running)
        {
            if (ReferenceEquals(cx, task.Cx) && call.Parked is null)
            {
                Report(EventKind.HistoryWritten);
                (call.Parked, call.ParkedAt) = (++_stamp, Lab?.Step ?? -1);
            }
        }
    }

    Verdict? IQuiescenceOracle.Judge()
    {
        if (_running.Count == 0)
        {
            return null;
        }

        var judgement = judgeQuiescent(_calls);
        return judgement.Kind switch
        {
            JudgementKind.Linearizable => Verdict.Passed,
            JudgementKind.NotLinearizable => new Verdict(VerdictKind.NotLinearizable, judgement.Text) { Exception = FirstError },
            _ => new Verdict(VerdictKind.Inconclusive, judgement.Text),
        };
    }

    private void Report(EventKind kind)
    {
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(kind, this);
        }
    }
}
