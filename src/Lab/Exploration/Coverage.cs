namespace Lab.Exploration;

/// <summary>Different fingerprints of passing executions, and what each said. Exact up to a limit; beyond it nothing new is kept.</summary>
internal sealed class Coverage
{
    /// <summary>Fingerprints that are kept.</summary>
    internal const int ExactLimit = 1 << 20;

    private readonly Dictionary<UInt128, ulong> _seen = [];

    internal long Distinct => _seen.Count;

    internal bool IsExact => _seen.Count < ExactLimit;

    /// <summary>False when an execution with the same fingerprint had another outcome.</summary>
    internal bool Add(UInt128 fingerprint, ulong outcome)
    {
        if (_seen.TryGetValue(fingerprint, out var known))
        {
            return known == outcome;
        }

        if (_seen.Count < ExactLimit)
        {
            _seen.Add(fingerprint, outcome);
        }

        return true;
    }

    internal bool Contains(UInt128 fingerprint) => _seen.ContainsKey(fingerprint);
}
