using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Lab.Seeds;

/// <summary>
/// Where every random draw of an exploration comes from. Two explorations of one program with equal seeds, strategies and limits are equal,
/// on every machine. A failure does not need its seed to be replayed: the trace holds the decisions.
/// </summary>
/// <remarks>
/// <para>Derived seeds form a tree: <see cref="ForExecution"/> gives execution <c>i</c> its own seed without running the executions before it,
/// <see cref="Stream"/> then gives each purpose its own. The two use different mixers, so that no path of the tree meets another by construction.</para>
/// <para>The derivations are part of what a printed seed means: they never change, and tests pin them.</para>
/// </remarks>
/// <param name="Value">All 64 bits count; small consecutive values are as good as any.</param>
public readonly record struct Seed(ulong Value)
{
    private const ulong ExecutionDomain = 0x6C61_622D_6578_6563; // "lab-exec"
    private const ulong StreamDomain = 0x6C61_622D_7374_726D;    // "lab-strm"

    /// <summary>Reads what <see cref="ToString"/> writes, and <c>0x</c> with 1 to 16 hexadecimal digits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException"><paramref name="text"/> is not a seed, or is larger than 64 bits.</exception>
    public static Seed Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var seed)
            ? seed
            : throw new FormatException(
                $"'{text}' is not a seed: write a decimal number from 0 to {ulong.MaxValue.ToString(CultureInfo.InvariantCulture)}, or 0x and up to 16 hexadecimal digits.");
    }

    /// <summary>As <see cref="Parse"/>; false, and seed 0, for text that is not a seed.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Seed seed)
    {
        seed = default;
        if (text is null || text.Contains('\0'))
        {
            return false; // The BCL's parsers let trailing zero characters pass.
        }

        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var parsed = isHex
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        seed = new Seed(parsed ? value : 0);
        return parsed;
    }

    /// <summary>The seed of execution <paramref name="index"/> alone. Different indexes give different seeds, always.</summary>
    /// <param name="index">0 for the first execution.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public Seed ForExecution(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new Seed(SplitMix64.Mix(SplitMix64.Mix(Value ^ ExecutionDomain) + (((ulong)index + 1) * SplitMix64.Gamma)));
    }

    /// <summary>The seed of one purpose. Draws from one stream never shift another: a strategy that draws more does not change the program's random numbers.</summary>
    internal Seed Stream(SeedStream purpose) =>
        new(SplitMix64.MixVariant(SplitMix64.MixVariant(Value ^ StreamDomain) + (((ulong)purpose + 1) * SplitMix64.Gamma)));

    /// <summary>The canonical spelling: decimal, no sign, no leading zero, the same in every culture.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
