using Lab.Core.Scheduling;

namespace Lab.Properties.Scheduling;

/// <summary>What the keeper's halves, or the others', leave out or do wrong; each is to be found.</summary>
internal enum KeptFlaw
{
    None,
    NoFenceBeforeTheLook,
    NoFenceBeforeThePromotion,
    TakenWithoutALook,
    HandedOverWithoutALook,
    RestsWithoutALook,
    DisplacedWithoutALook,
    EndsItsStepBlindly,
    RunningIsStolen,
    MovingIsTaken,
    PromotionTakesWhatRests,
    RetiresWhatRuns,
    LaneIsForgotten,
}

/// <summary>One thing that another thread does with the task; <see cref="Works"/> is a worker, which goes on for ever.</summary>
internal enum KeptDeed : byte
{
    None,
    Wakes,
    Promotes,
    Steals,
    Retires,
    Works,
}

/// <summary>Somebody else: where it is in what it does, and the sequence or word that it has read.</summary>
internal record struct KeptActor(KeptDeed Deed, KeptPlace At, byte Read, bool IsLate = false);

/// <summary>All of the machine at one moment. Memory first; then the keeper with its buffer; then the others.</summary>
internal record struct KeptState
{
    // The wake state's word: its sequence, eight apart, and these.
    internal const int Idle = 0;
    internal const int Notified = 1;
    internal const int Polling = 2;
    internal const int Handing = 4;
    internal const int Kept = 5;
    internal const int StateMask = 7;
    internal const int Unit = 8;

    internal byte Word;
    internal byte Place;
    internal bool IsWanted;
    internal bool HasSlot;
    internal sbyte Inbox;

    /// <summary>Entries by their sequence: in a queue for ready tasks, and in the lane of those that are asked to cancel.</summary>
    internal uint Ready;
    internal uint Lane;
    internal bool IsPromoted;

    /// <summary>Whoever promotes it has done so.</summary>
    internal bool HasBeenPromoted;

    /// <summary>It has no further step: a shutdown has taken it, or it has ended.</summary>
    internal bool IsRetired;

    /// <summary>A step of it is running.</summary>
    internal bool Runs;

    /// <summary>Its keeper has it to itself, outside of a step: it is putting something into its inbox.</summary>
    internal bool IsHeld;

    /// <summary>Stores of the keeper that nobody else sees yet, the oldest lowest; see <see cref="KeptBuffer"/>.</summary>
    internal UInt128 Buffer;
    internal KeptStep Keeper;

    /// <summary>What the keeper has read: a sequence, or a word.</summary>
    internal byte Read;
    internal byte SlotSequence;
    internal bool EnqueuesIntoSlot;
    internal bool KeepsAfter;

    /// <summary>What it will still do: wake the task, put another into its slot, begin to keep the task.</summary>
    internal byte Posts;
    internal byte Displacements;
    internal byte Keeps;
    internal bool Ends;
    internal KeptActor One;
    internal KeptActor Two;
    internal KeptActor Three;

    public override readonly string ToString() =>
        $"word {Sequence}:{State}{(IsWanted ? " wanted" : "")} place {Place} slot {(HasSlot ? SlotSequence : "-")} inbox {Inbox}{(Runs ? " runs" : "")}{(IsHeld ? " held" : "")}"
        + $"{(IsPromoted ? " promoted" : "")} queue {Ready:b} lane {Lane:b} buffer {Buffer:x}; {Keeper}, {One.Deed} {One.At}, {Two.Deed} {Two.At}, {Three.Deed} {Three.At}";

    internal readonly int State => Word & StateMask;

    internal readonly int Sequence => Word / Unit;

    /// <summary>Somebody is in the middle of something.</summary>
    internal readonly bool IsSomebodyStuck =>
        Keeper != KeptStep.Between || One.At != KeptPlace.Over || Two.At != KeptPlace.Over || Three.At != KeptPlace.Over;

    /// <summary>Everybody has gone on to something else, and it waits where the ready ones do.</summary>
    internal readonly bool IsPromotionLost =>
        HasBeenPromoted && !IsRetired && Buffer == 0 && !IsSomebodyStuck
        && ((State == Notified && (Lane >> Sequence & 1) == 0) || (State == Kept && Place == Keeping.Ready));

    internal static int Make(int sequence, int state) => (sequence * Unit) + state;

    /// <summary>A step is running, after which its worker keeps the task; two of the others do one thing each, and the third is a worker.</summary>
    internal static KeptState Begin(int posts, int displacements, int keeps, KeptDeed one, KeptDeed two) => new()
    {
        Word = (byte)Make(1, Polling),
        Place = Keeping.Running,
        Runs = true,
        Keeper = KeptStep.Running,
        KeepsAfter = true,
        Posts = (byte)posts,
        Displacements = (byte)displacements,
        Keeps = (byte)keeps,
        One = new KeptActor(one, KeptPlace.Begins, 0),
        Two = new KeptActor(two, two == KeptDeed.None ? KeptPlace.Over : KeptPlace.Begins, 0),
        Three = new KeptActor(KeptDeed.Works, KeptPlace.Over, 0),
    };

    /// <summary>Every entry, and the machine without it.</summary>
    internal readonly IEnumerable<(int Sequence, KeptState Left)> Entries
    {
        get
        {
            for (var sequence = 0; (Ready | Lane) >> sequence != 0; sequence++)
            {
                var entry = 1u << sequence;
                if (((Ready | Lane) & entry) != 0)
                {
                    yield return (sequence, this with { Ready = Ready & ~entry, Lane = Lane & ~entry });
                }
            }
        }
    }

    /// <summary>Exchanges the word, if it is still as it was.</summary>
    internal bool TryChange(int word, int sequence, int state)
    {
        if (Word != word)
        {
            return false;
        }

        Word = (byte)Make(sequence, state);
        return true;
    }

    internal readonly KeptActor Actor(int index) => index == 0 ? One : index == 1 ? Two : Three;

    internal void SetActor(int index, KeptActor actor)
    {
        switch (index)
        {
            case 0:
                One = actor;
                break;
            case 1:
                Two = actor;
                break;
            default:
                Three = actor;
                break;
        }
    }
}
