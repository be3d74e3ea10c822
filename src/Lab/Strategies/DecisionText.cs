using Lab.Core.Observing;

namespace Lab.Strategies;

/// <summary>How operations are spelled in decisions: the lower-case name of the kind.</summary>
internal static class DecisionText
{
    private static readonly string[] s_names = [.. Enum.GetNames<OperationKind>().Select(static name => name.ToLowerInvariant())];

    internal static string Of(OperationKind kind) => s_names[(int)kind];
}
