namespace Lab.Exploration;

/// <summary>Different fingerprints seen. Exact up to a limit; beyond it nothing new is kept.</summary>
internal sealed class Coverage
{
    /// <summary>Fingerprints that are kept.</summary>
    internal const int ExactLimit = 1 << 20;

    private readonly HashSet<UInt128> _seen = [];

    internal long Distinct => _seen.Count;

    internal bool IsExact => _seen.Count < ExactLimit;

    internal void Add(UInt128 fingerprint)
    {
        if (_seen.Count < ExactLimit)
        {
            _seen.Add(fingerprint);
        }
    }

    internal bool Contains(UInt128 fingerprint) => _seen.Contains(fingerprint);
}
