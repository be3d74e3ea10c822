using Lab.Core.Observing;

namespace Lab.Strategies.Dpor;

/// <summary>
/// One place of the execution at hand: the step that was taken there and what happens before it, and the state of the search before it. Pooled by depth.
/// </summary>
internal sealed class SearchStep
{
    /// <summary>Who ran: a dense number; <see cref="Processes.Clock"/> for the clock.</summary>
    internal int Process;

    /// <summary>What the step touched.</summary>
    internal Footprint Footprint = Footprint.Empty;

    internal OperationKind Operation;

    /// <summary>What its operation is on: the object's number; -1 for nothing.</summary>
    internal int Target = -1;

    /// <summary>The process's step before this one; -1 if this is its first.</summary>
    internal int Previous;

    /// <summary>The how manieth of its process it is, from 1.</summary>
    internal int Ordinal;

    /// <summary>Itself and its causal past (<see cref="StepHash"/>).</summary>
    internal ulong Hash;

    /// <summary>Since when its task had been ready, in virtual time.</summary>
    internal long ReadySince;

    /// <summary>Whose n-th step is known: element p is the index of the last step of process p that happens before this one (itself included), plus 1.</summary>
    internal int[] Clock = [];

    /// <summary>Steps without which this one could not have been taken at all.</summary>
    internal readonly List<int> Enablers = [];

    /// <summary>Races that end in this step.</summary>
    internal readonly List<Race> Races = [];

    /// <summary>An object of which every earlier access is such an enabling one; -1 for none.</summary>
    internal int EnablingObject = -1;

    /// <summary>Of a join: that what it waits for has ended, and the flag of its own task; it goes on when one of them is written. -1 for other steps.</summary>
    internal int Joined = -1;
    internal int Flag = -1;

    /// <summary>A model object that this step took; -1 for none.</summary>
    internal int Acquired = -1;

    /// <summary>A model object of which there was none to take until this step; -1 for none.</summary>
    internal int Released = -1;

    /// <summary>Of an execution that is over: how many processes this step made, and how many of those there are by then run later.</summary>
    internal int Births;
    internal int Runners;

    /// <summary>Where this step's entries begin in the logs that grow with the execution.</summary>
    internal int TouchesBefore;
    internal int WakesBefore;
    internal int TimersBefore;
    internal int OutsideBefore;

    /// <summary>Processes whose step here leads only to what has been seen.</summary>
    internal readonly List<Sleeper> Sleep = [];

    /// <summary>Other ways to go on from here, still to be gone.</summary>
    internal WakeupBranches Pending;

    /// <summary>Of a divided search: everybody is tried here, and how many ways of beginning there are up to here.</summary>
    internal bool IsOpen;
    internal long Beginnings = 1;

    internal bool Knows(int process, int step) => (uint)process < (uint)Clock.Length && Clock[process] > step;

    internal void Reset()
    {
        Sleep.Clear();
        Pending = default;
    }
}
