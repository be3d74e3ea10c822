using Lab.Core.Scheduling;

namespace Lab.Properties.Scheduling;

/// <summary>What somebody else does next.</summary>
internal enum KeptPlace : byte
{
    Over,
    Begins,
    LooksIfKept,
    Wants,
    Fences,
    LooksAtWord,
    LooksAtPlace,
    ExchangesKept,
    LooksPlainly,
    ExchangesPlainly,
    FencesLate,
    LooksAgain,
    Enqueues,
    EnqueuesToLane,
    EnqueuesToQueue,
    EmptiesSlot,
    BeginsEntry,
    Step,
    Finishes,
    Ends,
    ExchangesIdle,
    Requeues,
}

/// <summary>
/// Everybody who is not its keeper: RuntimeTask.TryWakeKept, TryPromoteChanging, TryStealKept, TryRetire and LookAtKept, with what of the wake state is around
/// them. What they store comes with a fence.
/// </summary>
internal static class KeptOther
{
    internal static void Move(in KeptState before, int index, KeptFlaw flaw, KeptMoves next)
    {
        var me = before.Actor(index);
        if (me is { Deed: KeptDeed.Works, At: KeptPlace.Over })
        {
            foreach (var (sequence, left) in before.Entries)
            {
                Go(left, KeptPlace.BeginsEntry, sequence);
            }

            return;
        }

        var state = before;
        switch (me.At)
        {
            case KeptPlace.Begins:
                Begin(state);
                break;

            // Kept: LookAtKept, and what each makes of the answer.
            case KeptPlace.LooksIfKept:
                Go(state, state.State == KeptState.Kept ? KeptPlace.Wants : NotKept(), state.Sequence);
                break;
            case KeptPlace.Wants:
                state.IsWanted = true;
                Go(state, KeptPlace.Fences, me.Read);
                break;
            case KeptPlace.Fences when state.Buffer == 0 || flaw == KeptFlaw.NoFenceBeforeTheLook:
                Go(state, KeptPlace.LooksAtWord, me.Read);
                break;
            case KeptPlace.LooksAtWord:
                Go(state, state.Word == KeptState.Make(me.Read, KeptState.Kept) ? KeptPlace.LooksAtPlace : Lost(), me.Read);
                break;
            case KeptPlace.LooksAtPlace when state.Place == Keeping.Moving && flaw != KeptFlaw.MovingIsTaken:
                Go(state, KeptPlace.LooksAtWord, me.Read);
                break;
            case KeptPlace.LooksAtPlace:
                Go(state, Takes(state.Place) ? KeptPlace.ExchangesKept : KeptPlace.Over, me.Read);
                break;
            case KeptPlace.ExchangesKept:
                ExchangeKept(state);
                break;

            // Not kept, or not any more.
            case KeptPlace.LooksPlainly:
                LookPlainly(state);
                break;
            case KeptPlace.ExchangesPlainly:
                ExchangePlainly(state);
                break;
            case KeptPlace.FencesLate when state.Buffer == 0 || flaw == KeptFlaw.NoFenceBeforeThePromotion:
                Go(state, KeptPlace.LooksPlainly, 0);
                break;
            case KeptPlace.LooksAgain:
                Go(state, state.State == KeptState.Kept ? KeptPlace.LooksIfKept : KeptPlace.Over, 0);
                break;

            case KeptPlace.Enqueues:
                Go(state, state.IsPromoted ? KeptPlace.EnqueuesToLane : KeptPlace.EnqueuesToQueue, 0);
                break;
            case KeptPlace.EnqueuesToLane:
                state.Lane |= 1u << state.Sequence;
                Go(state, KeptPlace.Over, 0);
                break;
            case KeptPlace.EnqueuesToQueue:
                state.Ready |= 1u << state.Sequence;
                Go(state, KeptPlace.Over, 0);
                break;

            case KeptPlace.EmptiesSlot:
                var (wasFull, isQueued) = (state.HasSlot, state.State == KeptState.Notified);
                state.HasSlot = false;
                Go(state, !wasFull ? KeptPlace.Over : isQueued ? KeptPlace.BeginsEntry : KeptPlace.LooksIfKept, state.Sequence);
                break;
            case KeptPlace.BeginsEntry:
                var isClaimed = state.TryChange(KeptState.Make(me.Read, KeptState.Notified), me.Read + 1, KeptState.Polling);
                BeginStep(state, isClaimed);
                break;
            case KeptPlace.Step:
                state.Inbox -= (sbyte)(state.Inbox > 0 ? 1 : 0);
                Go(state, KeptPlace.Finishes, 0);
                break;
            case KeptPlace.Finishes:
                Go(state, state.Inbox > 0 ? KeptPlace.Requeues : KeptPlace.Ends, 0);
                break;
            case KeptPlace.Ends:
                Go(state, (state.Word & KeptState.Notified) != 0 ? KeptPlace.Requeues : KeptPlace.ExchangesIdle, state.Word);
                break;
            case KeptPlace.ExchangesIdle:
                state.Runs = !state.TryChange(me.Read, me.Read / KeptState.Unit, KeptState.Idle);
                Go(state, state.Runs ? KeptPlace.Requeues : KeptPlace.Over, 0);
                break;
            case KeptPlace.Requeues:
                (state.Word, state.Runs) = ((byte)KeptState.Make(state.Sequence, KeptState.Notified), false);
                Go(state, KeptPlace.Enqueues, 0);
                break;
        }

        void Go(KeptState to, KeptPlace at, int read)
        {
            to.SetActor(index, new KeptActor(me.Deed, at, (byte)read, me.IsLate || me.At == KeptPlace.FencesLate));
            to.HasBeenPromoted |= me.Deed == KeptDeed.Promotes && at == KeptPlace.Over;
            next.Add(to);
        }

        void Begin(KeptState to)
        {
            switch (me.Deed)
            {
                case KeptDeed.Wakes:
                    to.Inbox++;
                    Go(to, KeptPlace.LooksPlainly, 0);
                    break;
                case KeptDeed.Promotes:
                    to.IsPromoted = true;
                    Go(to, KeptPlace.LooksPlainly, 0);
                    break;
                case KeptDeed.Steals:
                    Go(to, to.HasSlot ? KeptPlace.EmptiesSlot : KeptPlace.Over, 0);
                    break;
                default:
                    Go(to, KeptPlace.LooksIfKept, 0);
                    break;
            }
        }

        // It is kept no more, when it was looked at for the first time.
        KeptPlace NotKept() => me.Deed switch
        {
            KeptDeed.Promotes => KeptPlace.FencesLate,
            KeptDeed.Steals => KeptPlace.Over,
            _ => KeptPlace.LooksPlainly,
        };

        // It was kept, and is no more: a thief gives up, the others look again.
        KeptPlace Lost() => me.Deed == KeptDeed.Steals ? KeptPlace.Over : KeptPlace.LooksIfKept;

        bool Takes(int place) => me.Deed switch
        {
            KeptDeed.Wakes => place == Keeping.Resting || place == Keeping.Moving,
            KeptDeed.Promotes => place == Keeping.Ready || (place == Keeping.Resting && flaw == KeptFlaw.PromotionTakesWhatRests),
            KeptDeed.Steals => place == Keeping.Ready || flaw == KeptFlaw.RunningIsStolen,
            _ => place is Keeping.Ready or Keeping.Resting || flaw == KeptFlaw.RetiresWhatRuns,
        };

        void ExchangeKept(KeptState to)
        {
            var idle = me.Deed == KeptDeed.Promotes && to.Place == Keeping.Resting;
            var state = idle ? KeptState.Idle : me.Deed is KeptDeed.Wakes or KeptDeed.Promotes ? KeptState.Notified : KeptState.Polling;
            if (!to.TryChange(KeptState.Make(me.Read, KeptState.Kept), me.Read + 1, state))
            {
                Go(to, Lost(), 0);
            }
            else if (me.Deed == KeptDeed.Steals)
            {
                BeginStep(to, true);
            }
            else
            {
                to.IsRetired |= me.Deed == KeptDeed.Retires;
                Go(to, idle || me.Deed == KeptDeed.Retires ? KeptPlace.Over : KeptPlace.Enqueues, 0);
            }
        }

        void LookPlainly(KeptState to)
        {
            var goesOn = me.Deed switch
            {
                KeptDeed.Wakes => to.State != KeptState.Kept,
                KeptDeed.Promotes => to.State == KeptState.Notified,
                _ => to.State is KeptState.Idle or KeptState.Notified,
            };
            var isKeptOrOver = me.Deed == KeptDeed.Retires || me.IsLate;
            Go(to, goesOn ? KeptPlace.ExchangesPlainly
                : isKeptOrOver ? KeptPlace.LooksAgain
                : to.State == KeptState.Idle ? KeptPlace.Over
                : KeptPlace.LooksIfKept, to.Word);
        }

        void ExchangePlainly(KeptState to)
        {
            var (sequence, state) = (me.Read / KeptState.Unit, me.Read & KeptState.StateMask);
            var isDone = me.Deed switch
            {
                KeptDeed.Wakes => to.TryChange(me.Read, sequence, KeptKeeper.IsWorthMarking(me.Read) ? state | KeptState.Notified : state),
                KeptDeed.Promotes => to.TryChange(me.Read, sequence + 1, state),
                _ => to.TryChange(me.Read, sequence, KeptState.Polling),
            };
            to.IsRetired |= isDone && me.Deed == KeptDeed.Retires;
            Go(to, !isDone ? KeptPlace.LooksPlainly
                : me.Deed == KeptDeed.Promotes || (me.Deed == KeptDeed.Wakes && state == KeptState.Idle) ? KeptPlace.Enqueues
                : KeptPlace.Over, 0);
        }

        void BeginStep(KeptState to, bool isBegun)
        {
            if (isBegun)
            {
                next.BeginStep(ref to, byKeeper: false);
            }

            Go(to, isBegun ? KeptPlace.Step : KeptPlace.Over, 0);
        }
    }
}
