namespace Lab.Seeds;

/// <summary>The purposes that draw random numbers, each from a stream of its own. The numbers are part of what a seed means: never renumber.</summary>
internal enum SeedStream
{
    /// <summary>Which alternative a strategy chooses.</summary>
    Strategy = 0,

    /// <summary>What <c>cx.Random</c> gives the program.</summary>
    Random = 1,

    /// <summary>Victims and tie-breaks of the virtual workers.</summary>
    WorkStealing = 2,

    /// <summary>The order in which a shrinker tries candidates.</summary>
    Shrink = 3,

    /// <summary>Generated programs.</summary>
    Programs = 4,

    /// <summary>Which neighbouring steps are exchanged to look for undeclared sharing.</summary>
    Linearisation = 5,

    /// <summary>Which member of a portfolio answers.</summary>
    Member = 6,

    /// <summary>Which object a selective walk looks at.</summary>
    Selection = 7,

    /// <summary>Whether those who spawn go first.</summary>
    Coin = 8,
}
