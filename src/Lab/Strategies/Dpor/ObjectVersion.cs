namespace Lab.Strategies.Dpor;

/// <summary>What an object's next access may depend on: the step that wrote it last, and those that have read it since.</summary>
/// <param name="Write">The hash of the last write; 0 if there is none.</param>
/// <param name="Reads">The sum of the hashes of the reads since.</param>
internal readonly record struct ObjectVersion(ulong Write, ulong Reads)
{
    internal ObjectVersion After(ulong step, bool isWrite) => isWrite ? new ObjectVersion(step, 0) : this with { Reads = Reads + step };
}
