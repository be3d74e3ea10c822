namespace Lab.Classics;

/// <summary>How the tasks of a classic program come to life.</summary>
public enum Spawning
{
    /// <summary>All live at the start, each run to its first operation: mode A of the literature's counts.</summary>
    AllAtOnce,

    /// <summary>The main task spawns one after the other, with a scheduling point before each, and starting is chosen too: mode B, much harder.</summary>
    OneByOne,
}
