using Lab.Core.Memory;

namespace Lab.Core.Scheduling;

// What primitives do to a wait.
internal partial class WaitNode
{
    /// <summary>
    /// In <see cref="IWaitable.Begin"/>: complete at once. Or under the gate, for a parked node that was unlinked (publish it after the gate): complete, and
    /// not to be undone. From here on cancellation has no effect on this wait.
    /// </summary>
    internal void Settle() => SetPhase(Settled);

    /// <summary>In <see cref="IWaitable.Begin"/>: complete at once with an error.</summary>
    internal void Fail(Exception error)
    {
        _error = error;
        SetPhase(Failed);
    }

    /// <summary>Under the gate: queued from now on.</summary>
    internal void Park()
    {
        _hasParked = true;
        Unannounce();
        SetPhase(Parked);
    }

    /// <summary>Under the gate, for a parked node that was unlinked: it got what it waits for. Publish it after the gate.</summary>
    internal void Choose() => SetPhase(Chosen);

    /// <summary>Without a gate: a parked wait of <paramref name="version"/> gets what it waits for, unless it was withdrawn. Publish it if true.</summary>
    internal bool TryChoose(int version)
    {
        var word = _word.Read();
        return word >> VersionShift == version && (word & PhaseMask) == Parked && _word.TryChange(word, (word & ~PhaseMask) | Chosen);
    }

    /// <summary>Under the gate, for a parked node that was unlinked: it failed. Publish it after the gate.</summary>
    internal void ChooseError(Exception error)
    {
        _error = error;
        SetPhase(Failed);
    }

    /// <summary>
    /// From any thread, for a node found in the list of waits of <paramref name="task"/>: which wait it is in, if it still is in one of that task. What is
    /// read between two equal versions of a parked or chosen node belongs to that wait: the version changes when it resumes, before anything else.
    /// The caller may come late, and meet a later wait of the same node: if that completed when it began it was never parked, and is nobody's to withdraw.
    /// </summary>
    internal bool TryIdentify(RuntimeTask task, out IWaitable owner, out int version, out bool cancellable)
    {
        var word = _word.Read();
        owner = Owner!;
        cancellable = IsCancellable;
        var isTasks = ReferenceEquals(Task, task);
        version = word >> VersionShift;

        // Where stores are reordered, a later wait's owner may have been read above and its version may not be seen below. But who began that wait has seen
        // the end of this one, so nobody who saw the owner finds it parked below; and the withdrawal itself, an exchange of the word, takes parked waits only.
        // Its end may be seen later than that it has no owner any more: then there is nothing to withdraw.
        Fence.Full();
        return isTasks && owner is not null && (word & PhaseMask) is Parked or Chosen && FullVersion == version;
    }

    /// <summary>
    /// Under the gate: withdraws the wait that had <paramref name="version"/>, if it is parked. True: unlink it, and publish it after the gate. An exchange,
    /// since a delay has no gate.
    /// </summary>
    internal bool TryWithdraw(int version)
    {
        var word = _word.Read();
        return word >> VersionShift == version && (word & PhaseMask) == Parked && _word.TryChange(word, (word & ~PhaseMask) | Canceled);
    }

    /// <summary>In a step of the task, or when no other will run, if this wait will not be awaited any more: what it was given, if it was chosen, goes back.</summary>
    internal void GiveBack()
    {
        // An exchange, for code of the task that runs outside of its steps, against the rules, while a shutdown abandons it: what was given goes back once.
        var word = _word.Read();
        if ((word & PhaseMask) == Chosen && _word.TryChange(word, (word & ~PhaseMask) | Canceled))
        {
            Owner?.GiveBack(this);
        }
    }
}
