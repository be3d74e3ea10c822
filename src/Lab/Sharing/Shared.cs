using System.Runtime.CompilerServices;
using Lab.Core.Memory;
using Lab.Core.Observing;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Sharing;

/// <summary>
/// A variable that a program declares to be shared. Every access is a scheduling point with a known kind, so that the lab can interleave other
/// tasks before it and knows which orders matter. Natively it is an atomic variable: an access completes at once.
/// </summary>
/// <remarks>An access takes effect when it is chosen; one that is cancelled before that has no effect. Reads and writes allocate nothing in steady state.</remarks>
public sealed class Shared<T> : TracedObject
{
    private readonly Stack<SharedAccess<T>> _spare = [];
    private T _value;

    /// <summary>A variable with its first value.</summary>
    public Shared(T value = default!) => _value = value;

    internal override string KindName => "shared";

    /// <summary>Guards the value and the spare nodes.</summary>
    internal Gate Gate { get; } = new();

    /// <summary>The value without a scheduling point and without an access: for assertions after everything has ended.</summary>
    public T Peek()
    {
        using (Gate.Enter())
        {
            return _value;
        }
    }

    /// <summary>Reads the value.</summary>
    /// <exception cref="Core.Cancellation.CanceledException">Cancellation was requested and is not masked; nothing was read.</exception>
    public ValueTask<T> ReadAsync(Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Access(cx.Enter(file, line), OperationKind.Read, default!).Value();

    /// <summary>Replaces the value.</summary>
    /// <exception cref="Core.Cancellation.CanceledException">Cancellation was requested and is not masked; nothing was written.</exception>
    public ValueTask WriteAsync(T value, Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Access(cx.Enter(file, line), OperationKind.Write, value).Start();

    /// <summary>Replaces the value if it equals <paramref name="expected"/>, in one atomic access.</summary>
    /// <returns>True if it did.</returns>
    /// <exception cref="Core.Cancellation.CanceledException">Cancellation was requested and is not masked; nothing was written.</exception>
    public ValueTask<bool> CompareExchangeAsync(T value, T expected, Cx cx, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var task = cx.Enter(file, line);
        var exchange = new SharedExchange<T>(this, value, expected);
        exchange.Arm(task, exchange, OperationKind.Exchange);
        return exchange.Exchanged();
    }

    internal T ReadLocked()
    {
        ReportValue(EventKind.SharedRead);
        return _value;
    }

    internal void WriteLocked(T value)
    {
        _value = value;
        ReportValue(EventKind.SharedWritten);
    }

    internal bool ExchangeLocked(T value, T expected)
    {
        var equal = EqualityComparer<T>.Default.Equals(_value, expected);
        _value = equal ? value : _value;
        if (Instrumentation.IsEnabled)
        {
            Instrumentation.Report(EventKind.SharedExchanged, this, equal ? 1 : 0);
        }

        return equal;
    }

    internal void Return(SharedAccess<T> access)
    {
        using (Gate.Enter())
        {
            _spare.Push(access);
        }
    }

    private SharedAccess<T> Access(RuntimeTask task, OperationKind operation, T value)
    {
        SharedAccess<T>? access;
        using (Gate.Enter())
        {
            _spare.TryPop(out access);
        }

        access ??= new SharedAccess<T>(this);
        access.Operand = value;
        access.Arm(task, access, operation);
        return access;
    }

    private void ReportValue(EventKind kind)
    {
        if (Instrumentation.IsEnabled)
        {
            var known = SharedNumber.Of(ref _value, out var number);
            Instrumentation.Report(kind, this, number, known);
        }
    }
}
