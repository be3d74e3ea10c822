using System.Globalization;
using Lab.Exploration;
using Lab.Seeds;
using Lab.Strategies;

namespace Lab.Cli;

/// <summary>Reads what a user wrote; what is wrong with it is said in one line that shows how to write it.</summary>
internal static class OptionValues
{
    internal static long Count(string option, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw new InputException($"{option} '{text}' is not a number of executions: write a whole number from 1, for example 10000.");

    internal static int Workers(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1024
            ? value
            : throw new InputException($"--workers '{text}' is not a number of threads: write a whole number from 1 to 1024.");

    internal static Shard Shard(string text) =>
        Lab.Exploration.Shard.TryParse(text, out var shard)
            ? shard
            : throw new InputException($"--shard '{text}' is not a part of a run: write i/n, for example 2/3 for the second of three (at most {Lab.Exploration.Shard.MaxCount}).");

    internal static int Rows(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 8
            ? value
            : throw new InputException($"--rows '{text}' is not a number of lines: write a whole number from 8, for example 400.");

    internal static int Linearisations(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InputException($"--linearisations '{text}' is not a number of repetitions: write a whole number from 0.");

    internal static long Index(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InputException($"--first '{text}' is not the index of an execution: write a whole number from 0.");

    internal static Seed Seed(string text) =>
        Seeds.Seed.TryParse(text, out var seed)
            ? seed
            : throw new InputException($"--seed '{text}' is not a seed: write a whole number from 0, or 0x and up to 16 hexadecimal digits.");

    internal static long Steps(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            ? value
            : throw new InputException($"--step-limit '{text}' is not a number of steps: write a whole number from 1, for example 100000.");

    /// <summary><c>500ms</c>, <c>30s</c>, <c>2m</c>, <c>1h</c>; fractions with a point.</summary>
    internal static TimeSpan Time(string text) =>
        TryTime(text, out var time) ? time : throw new InputException($"--time '{text}' is not a time: write a number and a unit (ms, s, m, h), for example 30s.");

    internal static bool TryTime(string text, out TimeSpan time)
    {
        var digits = text.TakeWhile(static c => char.IsAsciiDigit(c) || c == '.').Count();
        double? unit = text[digits..] switch { "ms" => 1, "s" => 1_000, "m" => 60_000, "h" => 3_600_000, _ => null };
        var isTime = double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value);
        isTime = isTime && value > 0 && value * unit <= TimeSpan.FromDays(365).TotalMilliseconds;
        time = isTime ? TimeSpan.FromMilliseconds(value * unit!.Value) : default;
        return isTime;
    }

    /// <summary>Names of live oracles, each its own or several with commas between them.</summary>
    internal static IReadOnlyList<string> Oracles(string[] texts)
    {
        string[] names = [.. texts.SelectMany(static text => text.Split(','))];
        try
        {
            OracleCounts.CheckNames(names);
            return names;
        }
        catch (ArgumentException e)
        {
            throw new InputException($"--require: {e.Message}");
        }
    }

    /// <summary>The strategy's canonical text.</summary>
    internal static string Strategy(string text)
    {
        try
        {
            return StrategySpec.Parse(text).ToString();
        }
        catch (ArgumentException e)
        {
            var name = text.Split(':', '+')[0];
            var near = Nearest.To(name, StrategySpec.Known, 1);
            throw new InputException(e.Message + (near.Count > 0 && near[0] != name ? $" Did you mean {near[0]}?" : ""));
        }
    }
}
