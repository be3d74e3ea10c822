namespace Lab.Classics;

/// <summary>A figure somebody measured: mean executions to the bug.</summary>
/// <param name="Strategy">As it was called there.</param>
/// <param name="Executions">Null: not found within their budget.</param>
/// <param name="Source">Who.</param>
public sealed record Published(string Strategy, double? Executions, string Source)
{
    internal const string Surw = "SURW (Zhao et al. 2025)";

    /// <summary>The four columns of the SURW paper's data.</summary>
    internal static Published[] OfSurw(double? surw, double? pct3, double? pos, double? random) =>
        [new("surw", surw, Surw), new("pct:3", pct3, Surw), new("pos", pos, Surw), new("random", random, Surw)];

    public override string ToString() => $"{Strategy} {(Executions is { } mean ? mean.ToString("0", System.Globalization.CultureInfo.InvariantCulture) : "none")}";
}
