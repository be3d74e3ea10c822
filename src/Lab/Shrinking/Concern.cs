namespace Lab.Shrinking;

/// <summary>Which of a schedule's deviations from the default a pass takes away; in the order of what they cost.</summary>
internal enum Concern
{
    /// <summary>Early advances of the clock.</summary>
    Clock,

    /// <summary>Pre-emptions, those by the clock among them.</summary>
    Preemptions,

    /// <summary>All.</summary>
    Everything,
}
