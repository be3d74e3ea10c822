using Lab.Core.Cancellation;
using Lab.Core.Memory;

namespace Lab.Properties.Cancellation;

/// <summary>A node that remembers its hooks' calls, has a name and a clock, and takes faults if told to.</summary>
internal sealed class ProbeNode(string origin = "", Func<DateTimeOffset>? clock = null) : CancellationNode
{
    private AtomicInt32 _life;

    internal override ref AtomicInt32 LifeWord => ref _life;

    internal List<(CancellationReason Reason, bool First)> Hooked { get; } = [];

    internal List<Exception> Faults { get; } = [];

    internal bool TakesFaults { get; init; }

    internal Action<CancellationReason>? InHook { get; set; }

    internal override string Origin => origin;

    internal override DateTimeOffset Now => clock is null ? base.Now : clock();

    internal override bool OnListenerFaulted(Exception fault)
    {
        Faults.Add(fault);
        return TakesFaults;
    }

    internal override void OnCancellationRequested(CancellationReason reason, bool first)
    {
        Hooked.Add((reason, first));
        InHook?.Invoke(reason);
    }
}
