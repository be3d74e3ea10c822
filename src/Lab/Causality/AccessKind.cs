namespace Lab.Causality;

/// <summary>How an event touched its object. Two accesses of one object by different tasks are dependent unless both only read.</summary>
internal enum AccessKind : byte
{
    /// <summary>Touches nothing that another task could tell: invisible to happens-before.</summary>
    None,
    Read,
    Write,
}
