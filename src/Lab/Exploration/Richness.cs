namespace Lab.Exploration;

/// <summary>What a sample of interleavings says of those it did not meet. For random strategies only: a search does not draw.</summary>
/// <param name="NextIsNew">
/// The probability that the next execution shows a new interleaving: the share of executions that showed what no other did (Good, "The population
/// frequencies of species and the estimation of population parameters", Biometrika 40, 1953, who credits Turing).
/// </param>
/// <param name="Unseen">
/// At least how many interleavings were not met: f1 (f1 - 1) / (2 (f2 + 1)) of those met once and twice (Chao, "Nonparametric estimation of the
/// number of classes in a population", Scandinavian Journal of Statistics 11, 1984, in its bias-corrected form, Chao1).
/// </param>
public sealed record Richness(double NextIsNew, long Unseen)
{
    /// <param name="once">Interleavings met once, among those kept.</param>
    /// <param name="twice">Interleavings met twice.</param>
    /// <param name="executions">All executions.</param>
    /// <param name="scale">For how many each one that is kept stands.</param>
    internal static Richness Of(long once, long twice, long executions, double scale) => new(
        Math.Min(1, once * scale / Math.Max(1, executions)),
        (long)Math.Ceiling(scale * once * Math.Max(0, once - 1) / (2.0 * (twice + 1))));
}
