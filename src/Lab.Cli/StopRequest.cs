namespace Lab.Cli;

/// <summary>A person or a machine wants long work to end soon, with what there is by then; the exit status says which of them it was.</summary>
internal sealed class StopRequest : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private int _status;

    internal CancellationToken Token => _source.Token;

    /// <summary>The exit status of a command that was stopped and has found nothing; 0 while nobody asked.</summary>
    internal int Status => Volatile.Read(ref _status);

    /// <summary>False when it had been asked before: whoever asks twice will not wait.</summary>
    internal bool Ask(int status)
    {
        var isFirst = Interlocked.CompareExchange(ref _status, status, 0) == 0;
        _source.Cancel();
        return isFirst;
    }

    public void Dispose() => _source.Dispose();
}
