using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

// What the awaiter sees of a wait.
internal partial class WaitNode
{
    /// <summary>After the gate, once in a wait: tells the awaiter, if there is one yet. Never runs user code.</summary>
    internal void Publish()
    {
        // Awaited already, as most often: nobody else writes the word any more, so nothing needs to be exchanged.
        if (_await.Read() == Awaited || _await.Exchange(Published) == Awaited)
        {
            Resume();
        }
    }

    internal override void Run()
    {
        var (continuation, state) = (_continuation!, _state);
        _state = null;
        _isTold = true;
        if (_flowed is { } flowed)
        {
            _flowed = null;
            ExecutionContext.Run(flowed, new ContextCallback(continuation), state);
            return;
        }

        continuation(state);
    }

    /// <summary>A chosen announced operation: takes effect, and if it is complete its continuation runs in the same step.</summary>
    internal void RunAnnounced()
    {
        if (!Perform())
        {
            return;
        }

        // Nobody else knows this node: it was not parked. So nothing needs to be exchanged, or even written.
        _isTold = true;
        _isAnnounced = false;
        if (_flowed is { } flowed)
        {
            _flowed = null;
            ExecutionContext.Run(flowed, new ContextCallback(_continuation!), _state);
            return;
        }

        _continuation!(_state);
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        CheckToken(token);
        if (_suspendsOnce)
        {
            // It is complete, and suspends so that others of its task's worker come to run: nobody's business but that task's, which may have ended by now.
            if (ReferenceEquals(SynchronizationContext.Current, Task))
            {
                return ValueTaskSourceStatus.Pending;
            }
        }
        else if (!_isTold && _await.Read() != Published)
        {
            return ValueTaskSourceStatus.Pending;
        }

        return Phase switch
        {
            Chosen when !TryAccept() => ValueTaskSourceStatus.Canceled,
            Chosen or Settled => ValueTaskSourceStatus.Succeeded,
            Canceled => ValueTaskSourceStatus.Canceled,
            _ => ValueTaskSourceStatus.Faulted,
        };
    }

    /// <summary>A yield is awaited, with no state and no context that flows.</summary>
    internal void OnYieldAwaited(Action continuation, int version)
    {
        CheckVersion(version);
        OnCompleted(s_call, continuation, ValueTaskSourceOnCompletedFlags.None);
    }

    /// <summary>A yield is awaited, with no state.</summary>
    internal void OnYieldAwaitedFlowing(Action continuation, int version)
    {
        CheckVersion(version);
        OnCompleted(s_call, continuation, ValueTaskSourceOnCompletedFlags.FlowExecutionContext);
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        CheckToken(token);
        OnCompleted(continuation, state, flags);
    }

    private void OnCompleted(Action<object?> continuation, object? state, ValueTaskSourceOnCompletedFlags flags)
    {
        if (IsAwaited)
        {
            throw new InvalidOperationException("A ValueTask of the core was awaited twice. Await it once, or use AsTask().");
        }

        SetAwaiter(continuation, state);
        if ((flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0)
        {
            _flowed = ExecutionContext.Capture();
        }

        if (IsAwaitable)
        {
            _isAnnounced = true;
            return;
        }

        OnAwaited(flags);
        var (task, isCancellable) = (_registered ? Task : null, IsCancellable);
        if (_await.Read() == Nobody && _await.TryChange(Nobody, Awaited))
        {
            // The exchange is also the fence that registering the wait did without: a canceller that did not find it has published its flag before.
            if (isCancellable && task?.Node.ShownReason is not null)
            {
                task.CancelWait(this);
            }

            return;
        }

        _suspendsOnce = false;
        Resume();
    }

    /// <summary>The next await is most often of the same method: then no reference need be written.</summary>
    private void SetAwaiter(Action<object?> continuation, object? state)
    {
        if (!ReferenceEquals(_state, state))
        {
            _state = state;
        }

        if (!ReferenceEquals(_continuation, continuation))
        {
            _continuation = continuation;
        }
    }

    public void GetResult(short token)
    {
        Consume(token);
        Recycle();
    }

    /// <summary>Like <see cref="GetResult"/>, for what hardly ever is anything but a yield that nobody has cancelled.</summary>
    internal void GetYieldResult(int version)
    {
        CheckVersion(version);
        var word = _word.Read();
        if ((word & PhaseMask) == Chosen && _isOwn && Owner is null && !IsCanceledWhenChosen())
        {
            _word.Write(NextVersion(word));
            return;
        }

        GetResult((short)version);
    }

    /// <summary>Ends the wait: the awaiter resumes. Throws what the wait ended with. The caller recycles the node when this returns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Consume(short token)
    {
        CheckToken(token);
        var word = _word.Read();
        if ((word & PhaseMask) == Settled && !_hasParked && !LooksWhenItEnds)
        {
            // Complete when it began: a canceller that still looks for an earlier wait of this node changes nothing here.
            _word.Write(NextVersion(word));
            return;
        }

        ConsumeWaited();
    }

    private void ConsumeWaited()
    {
        if (Instrumentation.IsEnabled && IsCancellable)
        {
            // Until now the wait could have been ended by cancellation.
            Task!.HasLooked |= LooksWhenItEnds || (_hasParked && Phase != Settled);
        }

        var word = _word.Read();
        var phase = word & PhaseMask;
        if (phase != Settled && (phase != Chosen || !TryAccept()))
        {
            ThrowEnded();
        }

        // Nobody else takes that back, so nobody else writes the word.
        _word.Write(NextVersion(word));
        if (phase == Chosen || _hasParked)
        {
            OnResumed();
        }
    }

    [DoesNotReturn]
    private void ThrowEnded()
    {
        var word = _word.Read();
        switch (word & PhaseMask)
        {
            case Failed:
                _word.Exchange(NextVersion(word));
                throw Ended(_error!);
            case Canceled:
                _word.Exchange(NextVersion(word));
                throw Ended(CancellationError());
            default:
                throw new InvalidOperationException("The result of an operation was read before it completed. Await it instead.");
        }
    }

    /// <summary>The first look at a chosen wait decides how it ends. False: cancelled, and what it was given is given back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryAccept()
    {
        if (!_isAccepted && IsCanceledWhenChosen())
        {
            GiveBack();
            return false;
        }

        _isAccepted = true;
        return true;
    }

    private Exception Ended(Exception error)
    {
        OnResumed();
        Recycle();
        return error;
    }

    /// <summary>Announced and not awaited yet: nobody can complete it before this step ends, so nothing needs to be exchanged.</summary>
    private bool IsAwaitable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Instrumentation.IsEnabled && Task is { } task && task.IsAnnounced(this) && _await.Read() == Nobody;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckToken(short token)
    {
        if (token != Version)
        {
            ThrowStale();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckVersion(int version)
    {
        if (version != FullVersion)
        {
            ThrowStale();
        }
    }

    private static void ThrowStale() =>
        throw new InvalidOperationException("A ValueTask of the core was used after its result had been read. Await it once, or use AsTask().");
}
