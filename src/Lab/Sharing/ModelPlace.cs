namespace Lab.Sharing;

/// <summary>The queue a <see cref="ModelRequest"/> is linked in; it is in one at most.</summary>
internal enum ModelPlace : byte
{
    Nowhere,

    /// <summary>Announced by a suspended task: enabled while the object allows it.</summary>
    Pending,

    /// <summary>In the line of those that are handed the object, first come, first served.</summary>
    Line,

    /// <summary>Waits for a condition's signal.</summary>
    Condition,
}
