namespace Lab.Oracles;

/// <summary>
/// Something has happened that may end the execution before its next step: a rule was broken, a thread outside posted, a task faulted. The loop asks this
/// one question before every step, and only then what it was. Stays raised until the next execution. Any thread may raise it.
/// </summary>
internal sealed class Alarm
{
    // Written after what it tells of; the reader that sees it sees that.
    private volatile bool _isRaised;

    internal bool IsRaised => _isRaised;

    internal void Raise() => _isRaised = true;

    internal void Clear() => _isRaised = false;
}
