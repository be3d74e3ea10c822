using Lab.Core.Cancellation;
using Lab.Core.Observing;

namespace Lab.Core.Scheduling;

/// <summary>
/// What a step touches of its task's record. A class of its own so that the runtime lays these fields out side by side, before all others: with
/// thousands of tasks a step costs what it waits for memory, and these are one cache line or two.
/// </summary>
internal abstract class StepRecord : SynchronizationContext
{
    /// <summary>The wake protocol's word.</summary>
    internal WakeState Wake;

    /// <summary>Masks in force; waits begun and checkpoints passed while it is above zero ignore cancellation.</summary>
    internal int MaskDepth;

    /// <summary>Its next step goes on after a join that was run at once: for the budget of inline operations it is still the step before.</summary>
    internal bool ResumesFromJoin;

    /// <summary>
    /// While the task is in the slot because of a join, or its step is interrupted by one: who goes on when it ends; null if nobody. For its worker.
    /// </summary>
    internal RuntimeTask? Joiner;

    /// <summary>Steps begun.</summary>
    internal long Polls;

    /// <summary>The number of its entry in the lab's set of enabled tasks; -1 before it was first enabled.</summary>
    internal int LabSlot = -1;

    /// <summary>Its index there, among those that may be chosen or among those that cannot proceed, as the two marks below say.</summary>
    internal int LabPlace;

    /// <summary>Its pending operation in the lowest byte, above it in which order the tasks became enabled. What the strategies see of the task: their format.</summary>
    internal long LabReady;

    /// <summary>Since when it has been enabled there (virtual time).</summary>
    internal long LabReadySince;

    /// <summary>The canonical id of what the pending operation is on; 0 for nothing.</summary>
    internal ulong LabTarget;

    /// <summary>Lab: the task has looked whether it is cancelled since this was last cleared, or ended a wait that cancellation would have ended.</summary>
    internal bool HasLooked;

    /// <summary>Lab: it may be chosen; or, what it announced cannot proceed now. Neither while it runs or is parked.</summary>
    internal bool IsLabEnabled;
    internal bool IsLabDisabled;

    /// <summary>Lab: what kind of operation was announced and has not taken effect yet; at most one.</summary>
    private protected Announcement Announcing;
    private protected YieldPhase Yield;
    private protected bool HasStarted;

    /// <summary>Lab: the body has not ended, and nobody tells the task when it ends elsewhere; see <see cref="RuntimeTask.AwaitBody"/>.</summary>
    private protected bool IsBodyUnawaited;

    /// <summary>An exception left a continuation: the task is faulted, whatever its body does.</summary>
    private protected bool HasEscaped;

    /// <summary>An async void method ran here: the exception it ended with, if any, is posted before its end is told, and must still run.</summary>
    private protected bool HadAsyncVoids;

    // The operation announced last, and how a yield goes on. They count while the marks above say so, and stay afterwards: the next one is most often
    // the same again, and then the reference need not be written.
    internal WaitNode? LastAnnounced { get; private protected set; }

    private protected Action? AfterYield;

    /// <summary>The body's own task; null before it was called.</summary>
    private protected Task? Body;

    private readonly bool _announces;
    private string _siteFile = "";
    private int _siteLine;

    private protected StepRecord(bool announces) => _announces = announces;

    /// <summary>
    /// In the lab's explored dispatch: awaited operations are announced. It has one thread and refuses calls from others, so what only announced
    /// operations touch needs no gate.
    /// </summary>
    internal bool Announces => Instrumentation.IsEnabled && _announces;

    /// <summary>The task's cancellation node (its Cx). Set once, by the constructor of the derived class.</summary>
    internal CancellationNode Node { get; private protected init; } = null!;

    /// <summary>Its first step has begun.</summary>
    internal bool HasBegun => HasStarted;

    /// <summary>The body's own task; holds the typed result.</summary>
    internal Task? Running => Body;

    /// <summary>Where the task last called the core, for reports; kept only when observation is on.</summary>
    internal string SiteFile => _siteFile;

    internal int SiteLine => Math.Abs(_siteLine);

    /// <summary>What happens now is the doing of a later call, whose line nobody knows: <see cref="SiteFile"/> is where the task was before.</summary>
    internal bool HasLeftSite => _siteLine < 0;

    /// <summary>A call that does not say where it is made.</summary>
    internal void LeaveSite() => _siteLine = -SiteLine;

    internal void SetSite(string file, int line)
    {
        // Mostly the file of the call before: comparing is cheaper than writing a reference.
        if (!ReferenceEquals(_siteFile, file))
        {
            _siteFile = file;
        }

        _siteLine = line;
    }

    private protected enum Announcement : byte
    {
        None,
        Operation,
        Yield,
    }

    /// <summary>Where a yield is that was announced.</summary>
    private protected enum YieldPhase : byte
    {
        None,
        Waiting,

        /// <summary>Of a task that was masked: cancellation does not end it.</summary>
        WaitingMasked,

        /// <summary>It goes on now; its awaiter looks how it ended.</summary>
        Over,
        Canceled,
    }
}
