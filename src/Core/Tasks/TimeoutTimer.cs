using Lab.Core.Cancellation;
using Lab.Core.Time;

namespace Lab.Core.Tasks;

/// <summary>Asks a task to stop when the time is up; a task that has ended by then is left alone.</summary>
internal sealed class TimeoutTimer(TaskHandle handle, TimeSpan limit) : TimerEntry
{
    internal const string Message = "the time limit passed";

    internal TimeSpan Limit { get; } = limit;

    internal override void Fire(long due) => handle.Cancel(Message, CancellationKind.Timeout);
}
