using Lab.Core.Cancellation;
using Lab.Core.Scheduling;
using Lab.Core.Tasks;

namespace Lab.Execution;

/// <summary>
/// Who runs timer callbacks: not a task of the program, but a context of its own, so that continuations find their way home from a callback, and
/// what awaits inside a callback comes back here.
/// </summary>
internal sealed class ClockActor : RuntimeTask
{
    private readonly ScopedTask _body;
    private readonly Action<Exception> _faulted;

    internal ClockActor(TaskHost host, Action<Exception> faulted)
        : base(host.Scheduler)
    {
        // Never scheduled: it lends its Cx, which is how events name a task.
        _body = new ScopedTask(host);
        Node = _body.Cx;
        _faulted = faulted;
        MarkStarted();
    }

    internal Cx Cx => _body.Cx;

    internal override bool IsBodyDone => false;

    internal override Exception AcknowledgeCancellation() => _body.Cx.Acknowledge();

    internal override void Escaped(Exception error) => _faulted(error);

    internal override void Complete()
    {
    }

    internal override void Renew()
    {
        base.Renew();
        MarkStarted();
    }

    protected override void StartBody()
    {
    }
}
