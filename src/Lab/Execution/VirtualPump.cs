using Lab.Core.Scheduling;

namespace Lab.Execution;

internal sealed class VirtualPump : IDecisions
{
    internal enum Choice { None, Step, Clock }
    internal VirtualPump(int workers, LabTimers timers, ForeignPosts foreign, LabDecisions decisions) => throw new NotSupportedException();
    internal IDispatch Dispatch => null!;
    internal bool HasWork => false;
    internal long OldestReady => 0;
    internal void Use(Scheduler scheduler) {}
    internal void Clear() {}
    internal Choice Choose(bool busy, bool mayAdvance) => Choice.None;
    internal bool TryNext(out RuntimeTask? task) { task = null; return false; }
    public ulong Draw(ulong bound) => 0;
    public int Victim(int count) => 0;
}
