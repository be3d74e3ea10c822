namespace Lab.Exploration;

/// <summary>What coverage knew of an execution's fingerprint before.</summary>
internal enum Familiarity
{
    /// <summary>Nothing that matters: it is new, or the same happened before, or it is not among those that are kept.</summary>
    Ordinary,

    /// <summary>It passed now and before, with other notes.</summary>
    OtherOutcome,

    /// <summary>It failed now and passed before.</summary>
    PassedBefore,
}
