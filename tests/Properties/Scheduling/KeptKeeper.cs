using Lab.Core.Scheduling;
using static Lab.Properties.Scheduling.KeptBuffer;

namespace Lab.Properties.Scheduling;

/// <summary>What the keeper does next: one access to a shared word, or one exchange.</summary>
internal enum KeptStep : byte
{
    Between,

    // A step, and its end.
    Step,
    Running,
    Finishing,
    LookingAtRest,
    TakingRest,
    EndingAgain,
    FinishingPlainly,
    ExchangingIdle,
    Keeping,
    ExchangingKept,
    Requeuing,
    Enqueuing,
    EnqueuingToLane,
    EnqueuingHere,

    // Out of the queue, or the slot.
    BeginningEntry,
    TakingSlot,
    ExchangingSlot,
    TakingKept,
    LookingAtTaken,
    ExchangingTaken,
    Displacing,
    MovingDisplaced,
    LookingAtDisplaced,
    QueuingDisplaced,
    ExchangingDisplaced,
    PushingDisplaced,

    // A wake.
    Posting,
    ExchangingHanding,
    PostingKept,
    ReadingSequence,
    Moving,
    LookingAtMoved,
    TakingMoved,
    PuttingMoved,
    Putting,
    LookingAtMark,
    EndingHanding,
    MakingReady,
    PuttingIntoSlot,
    PostingPlainly,
    Waking,
    ExchangingWoken,
    WantingOwn,
    QueuingOwn,
}

/// <summary>
/// The worker that keeps the task: RuntimeTask.Post, TryPostKept, TryBeginKept, TryQueueKept, TryFinish and TryRest, and what of Worker and Scheduler is around
/// them. What it reads is what it has stored itself, or memory; its exchanges wait until its buffer is empty.
/// </summary>
internal static partial class KeptKeeper
{
    internal static void Move(in KeptState before, KeptFlaw flaw, KeptMoves next)
    {
        if (before.Buffer != 0)
        {
            next.Add(Drain(before));
            if (IsFull(before.Buffer))
            {
                return;
            }
        }

        var seen = Seen(before);
        if (before.Keeper is KeptStep.Between)
        {
            Choose(in before, in seen, next);
            return;
        }

        var state = before;
        var canExchange = before.Buffer == 0;
        var moves = before.Keeper < KeptStep.BeginningEntry ? EndStep(ref state, in seen, canExchange, flaw, next)
            : before.Keeper < KeptStep.Posting ? Take(ref state, in seen, canExchange, flaw, next)
            : Post(ref state, in seen, canExchange, flaw);
        if (moves)
        {
            next.Add(state);
        }
    }

    /// <summary>It wakes the task in a step of another, takes its next step, or has another task for its slot.</summary>
    private static void Choose(in KeptState before, in KeptState seen, KeptMoves next)
    {
        if (before.Posts > 0)
        {
            next.Add(before with { Posts = (byte)(before.Posts - 1), Keeper = KeptStep.Posting });
        }

        if (seen.HasSlot)
        {
            var state = before with { Keeper = KeptStep.TakingSlot };
            Add(ref state, Store.Slot, 0);
            next.Add(state);
            if (before.Displacements > 0)
            {
                next.Add(state with { Displacements = (byte)(before.Displacements - 1), Keeper = KeptStep.Displacing, Read = before.SlotSequence });
            }
        }

        if (before.Buffer == 0)
        {
            foreach (var (sequence, left) in before.Entries)
            {
                next.Add(left with { Keeper = KeptStep.BeginningEntry, Read = (byte)sequence });
            }
        }
    }

    /// <summary>From the beginning of a step to where the worker has nothing to do with the task any more.</summary>
    private static bool EndStep(ref KeptState state, in KeptState seen, bool canExchange, KeptFlaw flaw, KeptMoves next)
    {
        switch (state.Keeper)
        {
            case KeptStep.Step:
                if (seen.Inbox > 0)
                {
                    Add(ref state, Store.Take);
                }

                state.Keeper = KeptStep.Running;
                return true;
            case KeptStep.Running:
                if (state.Posts > 0)
                {
                    // It wakes itself, or a step that interrupts it does.
                    var posting = state with { Posts = (byte)(state.Posts - 1) };
                    Add(ref posting, Store.Put);
                    next.Add(posting);
                }

                if (state.Ends)
                {
                    // Its last one: the word says Polling for ever, so that whoever is late wakes nobody.
                    var ended = state with { Ends = false, IsRetired = true, Runs = false, Keeper = KeptStep.Between };
                    if (seen.State == KeptState.Kept)
                    {
                        Add(ref ended, Store.Word, KeptState.Make(seen.Sequence, KeptState.Polling));
                    }

                    next.Add(ended);
                }

                state.Keeper = seen.Inbox > 0 ? KeptStep.Requeuing : KeptStep.Finishing;
                return true;
            case KeptStep.Finishing when seen.State == KeptState.Kept:
                (state.Read, state.Runs, state.Keeper) = ((byte)seen.Sequence, false, KeptStep.LookingAtRest);
                Add(ref state, Store.Place, Keeping.Resting);
                return true;
            case KeptStep.Finishing when state.KeepsAfter:
                (state.KeepsAfter, state.Keeper) = (false, KeptStep.Keeping);
                Add(ref state, Store.Place, Keeping.Resting);
                return true;
            case KeptStep.Finishing or KeptStep.FinishingPlainly or KeptStep.Keeping:
                (state.Read, state.Keeper) = (seen.Word, (seen.Word & KeptState.Notified) != 0 ? KeptStep.Requeuing
                    : state.Keeper == KeptStep.Keeping ? KeptStep.ExchangingKept : KeptStep.ExchangingIdle);
                return true;
            case KeptStep.ExchangingIdle or KeptStep.ExchangingKept when canExchange:
                var keeps = state.Keeper == KeptStep.ExchangingKept;
                var isDone = state.TryChange(state.Read, state.Read / KeptState.Unit + (keeps ? 1 : 0), keeps ? KeptState.Kept : KeptState.Idle);
                (state.Runs, state.Keeper) = isDone ? (false, KeptStep.Between) : (true, KeptStep.Requeuing);
                return true;
            case KeptStep.LookingAtRest:
                state.Keeper = state.IsWanted && flaw != KeptFlaw.RestsWithoutALook ? KeptStep.TakingRest : KeptStep.Between;
                return true;
            case KeptStep.TakingRest when canExchange:
                state.Runs = state.TryChange(KeptState.Make(state.Read, KeptState.Kept), state.Read + 1, KeptState.Polling);
                state.Keeper = !state.Runs ? KeptStep.Between : flaw == KeptFlaw.EndsItsStepBlindly ? KeptStep.FinishingPlainly : KeptStep.EndingAgain;
                return true;
            case KeptStep.EndingAgain:
                state.Keeper = seen.Inbox > 0 ? KeptStep.Requeuing : KeptStep.FinishingPlainly;
                return true;
            case KeptStep.Requeuing:
                (state.Runs, state.EnqueuesIntoSlot, state.Keeper) = (false, false, KeptStep.Enqueuing);
                Add(ref state, Store.Word, KeptState.Make(seen.Sequence, KeptState.Notified));
                return true;
            case KeptStep.Enqueuing:
                state.Keeper = state.IsPromoted && flaw != KeptFlaw.LaneIsForgotten ? KeptStep.EnqueuingToLane : KeptStep.EnqueuingHere;
                return true;
            case KeptStep.EnqueuingToLane when canExchange:
                (state.Lane, state.Keeper) = (state.Lane | 1u << state.Sequence, KeptStep.Between);
                return true;
            case KeptStep.EnqueuingHere when state.EnqueuesIntoSlot:
                PutIntoSlot(ref state, in seen);
                return true;
            case KeptStep.EnqueuingHere:
                state.Keeper = KeptStep.Between;
                Add(ref state, Store.Entry, seen.Sequence);
                return true;
            default:
                return false;
        }
    }

    /// <summary>What was in the slot goes to the queue, be it an entry of this task.</summary>
    private static void PutIntoSlot(ref KeptState state, in KeptState seen)
    {
        (state.Read, state.SlotSequence, state.Keeper) = (state.SlotSequence, (byte)seen.Sequence, seen.HasSlot ? KeptStep.Displacing : KeptStep.Between);
        Add(ref state, Store.Slot, 1);
    }

    /// <summary>Out of the slot: for a step, or into the queue. Or out of the queue.</summary>
    private static bool Take(ref KeptState state, in KeptState seen, bool canExchange, KeptFlaw flaw, KeptMoves next)
    {
        switch (state.Keeper)
        {
            case KeptStep.BeginningEntry when canExchange:
                Begin(ref state, state.TryChange(KeptState.Make(state.Read, KeptState.Notified), state.Read + 1, KeptState.Polling), next);
                return true;
            case KeptStep.TakingSlot:
                state.Keeper = seen.Word == KeptState.Make(state.SlotSequence, KeptState.Kept) ? KeptStep.TakingKept : KeptStep.ExchangingSlot;
                return true;
            case KeptStep.ExchangingSlot when canExchange:
                var isTaken = state.TryChange(KeptState.Make(state.SlotSequence, KeptState.Notified), state.SlotSequence + 1, KeptState.Polling);
                Begin(ref state, isTaken, next);
                if (isTaken && state.Keeps > 0)
                {
                    // It has counted enough steps. Who wanted the task makes it begin to count anew.
                    var keeping = state with { Keeps = (byte)(state.Keeps - 1), KeepsAfter = !state.IsWanted };
                    if (state.IsWanted)
                    {
                        Add(ref keeping, Store.Wanted, 0);
                    }

                    next.Add(keeping);
                }

                return true;
            case KeptStep.TakingKept:
                state.Keeper = KeptStep.LookingAtTaken;
                Add(ref state, Store.Place, Keeping.Running);
                return true;
            case KeptStep.LookingAtTaken when !state.IsWanted || flaw == KeptFlaw.TakenWithoutALook:
                Begin(ref state, true, next);
                return true;
            case KeptStep.LookingAtTaken:
                state.Keeper = KeptStep.ExchangingTaken;
                return true;
            case KeptStep.ExchangingTaken when canExchange:
                Begin(ref state, state.TryChange(KeptState.Make(state.SlotSequence, KeptState.Kept), state.SlotSequence + 1, KeptState.Polling), next);
                return true;
            case KeptStep.Displacing:
                state.Keeper = seen.Word == KeptState.Make(state.Read, KeptState.Kept) ? KeptStep.MovingDisplaced : KeptStep.PushingDisplaced;
                return true;
            case KeptStep.MovingDisplaced:
                state.Keeper = KeptStep.LookingAtDisplaced;
                Add(ref state, Store.Place, Keeping.Moving);
                return true;
            case KeptStep.LookingAtDisplaced:
                state.Keeper = state.IsWanted && flaw != KeptFlaw.DisplacedWithoutALook ? KeptStep.ExchangingDisplaced : KeptStep.QueuingDisplaced;
                return true;
            case KeptStep.QueuingDisplaced:
                state.Keeper = KeptStep.PushingDisplaced;
                Add(ref state, Store.Word, KeptState.Make(seen.Sequence, KeptState.Notified));
                return true;
            case KeptStep.ExchangingDisplaced when canExchange:
                var isQueued = state.TryChange(KeptState.Make(state.Read, KeptState.Kept), state.Read + 1, KeptState.Notified);
                (state.Read, state.Keeper) = ((byte)(state.Read + 1), isQueued ? KeptStep.PushingDisplaced : KeptStep.Between);
                return true;
            case KeptStep.PushingDisplaced:
                state.Keeper = KeptStep.Between;
                Add(ref state, Store.Entry, state.Read);
                return true;
            default:
                return false;
        }
    }

    private static void Begin(ref KeptState state, bool isClaimed, KeptMoves next)
    {
        state.Keeper = KeptStep.Between;
        if (isClaimed)
        {
            next.BeginStep(ref state, byKeeper: true);
            state.Keeper = KeptStep.Step;
        }
    }

    /// <summary>A step of another task of this worker wakes it.</summary>
    private static bool Post(ref KeptState state, in KeptState seen, bool canExchange, KeptFlaw flaw)
    {
        switch (state.Keeper)
        {
            case KeptStep.Posting:
                (state.Read, state.Keeper) = (seen.Word, seen.State == KeptState.Idle ? KeptStep.ExchangingHanding : KeptStep.PostingKept);
                return true;
            case KeptStep.ExchangingHanding when canExchange:
                state.IsHeld = state.TryChange(state.Read, state.Read / KeptState.Unit, KeptState.Handing);
                state.Keeper = state.IsHeld ? KeptStep.Putting : KeptStep.PostingKept;
                return true;
            case KeptStep.PostingKept:
                state.Keeper = seen.State == KeptState.Kept ? KeptStep.ReadingSequence : KeptStep.PostingPlainly;
                return true;
            case KeptStep.ReadingSequence:
                (state.Read, state.Keeper) = ((byte)seen.Sequence, seen.Place == Keeping.Ready ? KeptStep.PostingPlainly : KeptStep.Moving);
                return true;
            case KeptStep.Moving:
                state.Keeper = KeptStep.LookingAtMoved;
                Add(ref state, Store.Place, Keeping.Moving);
                return true;
            case KeptStep.LookingAtMoved:
                state.IsHeld = !state.IsWanted || flaw == KeptFlaw.HandedOverWithoutALook;
                state.Keeper = state.IsHeld ? KeptStep.PuttingMoved : KeptStep.TakingMoved;
                return true;
            case KeptStep.TakingMoved when canExchange:
                state.IsHeld = state.TryChange(KeptState.Make(state.Read, KeptState.Kept), state.Read, KeptState.Handing);
                state.Keeper = state.IsHeld ? KeptStep.Putting : KeptStep.PostingPlainly;
                return true;
            case KeptStep.PuttingMoved or KeptStep.Putting:
                state.Keeper = state.Keeper == KeptStep.Putting ? KeptStep.EndingHanding : KeptStep.LookingAtMark;
                Add(ref state, Store.Put);
                return true;
            case KeptStep.LookingAtMark:
                state.Keeper = state.IsPromoted && flaw != KeptFlaw.LaneIsForgotten ? KeptStep.EndingHanding : KeptStep.MakingReady;
                return true;
            case KeptStep.EndingHanding:
                (state.IsHeld, state.EnqueuesIntoSlot, state.Keeper) = (false, true, KeptStep.Enqueuing);
                Add(ref state, Store.Word, KeptState.Make(seen.Sequence, KeptState.Notified));
                return true;
            case KeptStep.MakingReady:
                (state.IsHeld, state.Keeper) = (false, KeptStep.PuttingIntoSlot);
                Add(ref state, Store.Place, Keeping.Ready);
                return true;
            case KeptStep.PuttingIntoSlot:
                PutIntoSlot(ref state, in seen);
                return true;
            case KeptStep.PostingPlainly when canExchange:
                (state.Inbox, state.Keeper) = ((sbyte)(state.Inbox + 1), KeptStep.Waking);
                return true;
            case KeptStep.Waking:
                (state.Read, state.Keeper) = (seen.Word, seen.State == KeptState.Kept ? KeptStep.WantingOwn : KeptStep.ExchangingWoken);
                return true;
            case KeptStep.ExchangingWoken when canExchange:
                var wasIdle = (state.Read & KeptState.StateMask) == KeptState.Idle;
                var isWoken = state.TryChange(state.Read, state.Read / KeptState.Unit, state.Read & KeptState.StateMask | (IsWorthMarking(state.Read) ? KeptState.Notified : 0));
                (state.EnqueuesIntoSlot, state.Keeper) = (true, !isWoken ? KeptStep.Waking : wasIdle ? KeptStep.Enqueuing : KeptStep.Between);
                return true;
            case KeptStep.WantingOwn when canExchange:
                state.IsWanted = true;
                state.Keeper = state.Word != state.Read ? KeptStep.Waking : state.Place == Keeping.Resting ? KeptStep.QueuingOwn : KeptStep.Between;
                return true;
            case KeptStep.QueuingOwn when canExchange:
                state.EnqueuesIntoSlot = state.TryChange(state.Read, state.Read / KeptState.Unit + 1, KeptState.Notified);
                state.Keeper = state.EnqueuesIntoSlot ? KeptStep.Enqueuing : KeptStep.Waking;
                return true;
            default:
                return false;
        }
    }

    /// <summary>A wake leaves a mark, unless there is one, or somebody is about to make the task ready.</summary>
    internal static bool IsWorthMarking(int word) => (word & (KeptState.Notified | KeptState.Handing)) == 0;
}
