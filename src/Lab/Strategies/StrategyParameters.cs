using System.Globalization;

namespace Lab.Strategies;

/// <summary>
/// What stands after a strategy's name: <c>3,k=212</c>. The first may be bare and is then the leading parameter. A strategy takes what it knows;
/// what is left over, or is out of range, is an error that says what is allowed.
/// </summary>
internal sealed class StrategyParameters
{
    private readonly string _text;
    private readonly string _usage;
    private readonly List<KeyValuePair<string, string>> _left = [];

    /// <param name="text">The whole of what the user wrote, for errors.</param>
    /// <param name="usage">How to write it.</param>
    /// <param name="parameters">What stands after the name; null if nothing does.</param>
    internal StrategyParameters(string text, string usage, string? parameters)
    {
        _text = text;
        _usage = usage;
        if (parameters is null)
        {
            return;
        }

        foreach (var part in parameters.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 ? ("", part) : (part[..equals], part[(equals + 1)..]);
            if (value.Length == 0 || equals == 0 || (equals < 0 && _left.Count > 0))
            {
                throw Error($"'{part}' is not a parameter");
            }

            if (_left.Exists(other => other.Key == key))
            {
                throw Error($"'{key}' is given twice");
            }

            _left.Add(new(key, value));
        }
    }

    /// <summary>The parameter that may be written without its key.</summary>
    internal int Leading(string key, int fallback, int least, int most)
    {
        var bare = Take("");
        var named = Take(key);
        if (bare is not null && named is not null)
        {
            throw Error($"'{key}' is given twice");
        }

        return (bare ?? named) is { } value ? Parse(key, value, least, most) : fallback;
    }

    /// <summary>A whole number; null if it is not given.</summary>
    internal int? Number(string key, int least, int most) => Take(key) is { } value ? Parse(key, value, least, most) : null;

    /// <summary>Any text without commas; null if it is not given.</summary>
    internal string? Text(string key) => Take(key);

    /// <summary>Everything that was not taken yet, with its keys.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Rest()
    {
        var rest = _left.ToArray();
        _left.Clear();
        return rest;
    }

    internal int Parse(string key, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Error(string.Create(CultureInfo.InvariantCulture, $"{key} is '{value}' but must be a whole number from {least} to {most}"));

    /// <summary>Call when everything known was taken.</summary>
    internal void ExpectNoMore()
    {
        if (_left.Count > 0)
        {
            throw Error(_left[0].Key.Length == 0 ? $"'{_left[0].Value}' is one parameter too many" : $"there is no parameter '{_left[0].Key}'");
        }
    }

    internal ArgumentException Error(string what) => new($"'{_text}' is not a strategy: {what}; write {_usage}.");

    private string? Take(string key)
    {
        var index = _left.FindIndex(pair => pair.Key == key);
        if (index < 0)
        {
            return null;
        }

        var value = _left[index].Value;
        _left.RemoveAt(index);
        return value;
    }
}
