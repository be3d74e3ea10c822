namespace Lab.Strategies.Dpor;

/// <summary>
/// Sides of an object on which steps depend without an access of the program: the fingerprint does not have them, since in a finished execution what
/// follows from them is seen elsewhere. The values are mixed into the object's id.
/// </summary>
internal static class Facet
{
    /// <summary>What the program itself accesses.</summary>
    internal const ulong State = 0;

    /// <summary>A node's cancellation: a request writes it; a task's look at its flag reads it, and so does a child that leaves the tree.</summary>
    internal const ulong Flag = 0x8F1B_BCDC_BFA5_3E0B;

    /// <summary>What a task goes on with: a wake writes it; its next step reads or takes it.</summary>
    internal const ulong Inbox = 0x5BE0_CD19_137E_2179;

    /// <summary>How many children a scope waits for: each that ends gives (they commute), the end of the scope takes.</summary>
    internal const ulong Live = 0x1F83_D9AB_FB41_BD6B;

    /// <summary>That a task, or the first branch of a race, has ended.</summary>
    internal const ulong Done = 0x9B05_688C_2B3E_6C1F;

    /// <summary>Who is ready since when, where that decides whether the clock may move.</summary>
    internal const ulong Ready = 0xA54F_F53A_5F1D_36F1;

    /// <summary>Objects made outside of the program are numbered when first touched.</summary>
    internal const ulong Outside = 0x3C6E_F372_FE94_F82B;
}
