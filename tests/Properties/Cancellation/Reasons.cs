using FsCheck;
using FsCheck.Fluent;
using Lab.Core.Cancellation;

namespace Lab.Properties.Cancellation;

/// <summary>Reasons that tie often: few times, few texts, short chains of causes.</summary>
public static class Reasons
{
    /// <summary>The seed of the properties here, so that a red run is red again.</summary>
    internal const string Seed = "20250611,7919";

    internal static readonly DateTimeOffset Start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Arbitrary<CancellationReason> Reason() => Arb.From(Of(depth: 3), Shrink);

    public static Arbitrary<CancellationKind> Kind() => Arb.From(Gen.Elements(Enum.GetValues<CancellationKind>()));

    public static Arbitrary<Budget> Budget() => Arb.From(
        from deadline in Gen.Elements<int?>(null, 0, 1, 2)
        from polls in Gen.Elements<int?>(null, 0, 1, 50)
        from cost in Gen.Elements<long?>(null, 0, 7, long.MaxValue)
        from priority in Gen.Elements<byte>(0, 1, 200, 255)
        select new Budget(deadline is { } s ? Start.AddSeconds(s) : null, polls, cost, priority));

    internal static CancellationReason At(CancellationKind kind, int second = 0, string? message = null) =>
        new(kind, "", Start.AddSeconds(second), message);

    private static Gen<CancellationReason> Of(int depth) =>
        from kind in Gen.Elements(Enum.GetValues<CancellationKind>())
        from second in Gen.Choose(0, 2)
        from message in Gen.Elements<string?>(null, "", "a", "b")
        from origin in Gen.Elements("", "T0", "T1")
        from cause in depth == 0 ? Gen.Constant<CancellationReason?>(null) : Gen.OneOf(Gen.Constant<CancellationReason?>(null), Of(depth - 1).Select(r => (CancellationReason?)r))
        select new CancellationReason(kind, origin, Start.AddSeconds(second), message, cause);

    private static IEnumerable<CancellationReason> Shrink(CancellationReason reason)
    {
        if (reason.Cause is { } cause)
        {
            yield return cause;
            yield return new CancellationReason(reason.Kind, reason.Origin, reason.Time, reason.Message);
        }

        if (reason.Message is not null || reason.Origin.Length > 0)
        {
            yield return new CancellationReason(reason.Kind, "", reason.Time, null, reason.Cause);
        }
    }
}
