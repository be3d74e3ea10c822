using Lab.Core.Tasks;
using Lab.Sharing;

namespace Lab.Linearizability;

/// <summary>Makes the calls of one check: the first ones in order, then a task for each list.</summary>
internal sealed class Callers<TObject, TState>
{
    private readonly Specification<TObject, TState> _specification;
    private readonly TObject _object;
    private readonly ConcurrentCalls _calls;
    private readonly History _history;
    private readonly List<TaskHandle> _tasks = [];

    // What a call that never awaits accesses: it runs in the step in which this access is chosen.
    private readonly Shared<bool> _access = new();

    internal Callers(Specification<TObject, TState> specification, TObject target, ConcurrentCalls calls)
    {
        _specification = specification;
        _object = target;
        _calls = calls;
        _history = new History(history => specification.Judge(history, isQuiescent: true));
    }

    internal async Task RunAsync(Cx cx)
    {
        _history.Open();
        try
        {
            await CallFirstAsync(cx);
            await cx.ScopeAsync(scope =>
            {
                for (var i = 0; i < _calls.Tasks.Count; i++)
                {
                    var task = i;
                    _tasks.Add(scope.Spawn(c => CallAllAsync(task + 1, _calls.Tasks[task], c), name: ConcurrentCalls.NameOf(task)));
                }

                return Task.CompletedTask;
            });
        }
        finally
        {
            _history.Close();
        }

        Throw(_specification.Judge(_history.Calls, isQuiescent: true));
    }

    private void Throw(Judgement judgement)
    {
        switch (judgement.Kind)
        {
            case JudgementKind.NotLinearizable:
                throw new NotLinearizableException(judgement, _history.FirstError);
            case JudgementKind.Inconclusive:
                throw new InconclusiveException(judgement);
        }
    }

    private async Task CallFirstAsync(Cx cx)
    {
        var states = new PossibleStates<TObject, TState>(_specification);
        foreach (var call in _calls.First)
        {
            if (!call.IsCancellation && !states.MayBlock(call))
            {
                states.Advance(call, await CallAsync(0, call, cx));
            }
        }
    }

    private async Task CallAllAsync(int task, IReadOnlyList<Call> calls, Cx cx)
    {
        for (var i = 0; i < calls.Count && !cx.IsCancellationRequested; i++)
        {
            if (i > 0)
            {
                // Between a return and the next call others may return: else the two would be one moment, and no order could be told wrong.
                using (cx.Mask())
                {
                    await cx.YieldAsync();
                }
            }

            if (calls[i].IsCancellation)
            {
                CancelTask(calls[i].Target);
            }
            else if (!cx.IsCancellationRequested)
            {
                await CallAsync(task, calls[i], cx);
            }
        }
    }

    private void CancelTask(int target)
    {
        if (target < _tasks.Count)
        {
            _history.AskedToCancel(target + 1);
            _tasks[target].Cancel();
        }
    }

    private async Task<Answer> CallAsync(int task, Call call, Cx cx)
    {
        var command = _specification.Commands[call.Command];
        if (command.IsSynchronous)
        {
            using (cx.Mask())
            {
                await _access.WriteAsync(true, cx);
            }
        }

        var recorded = _history.Called(task, call, cx);
        Answer answer;
        Exception? error = null;
        try
        {
            answer = await command.Invoke(_object, call.Argument, cx);
        }
        catch (OperationCanceledException)
        {
            answer = Answer.Canceled;
        }
        catch (Exception e)
        {
            (answer, error) = (Answer.Threw(e.GetType()), e);
        }

        _history.Returned(recorded, answer, error, cx);
        return answer;
    }
}
