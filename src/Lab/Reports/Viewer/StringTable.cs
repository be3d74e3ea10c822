namespace Lab.Reports.Viewer;

/// <summary>Texts that occur many times, by number.</summary>
internal sealed class StringTable
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    internal IReadOnlyList<string> Texts => _texts;

    internal int this[string text]
    {
        get
        {
            if (!_numbers.TryGetValue(text, out var number))
            {
                _numbers.Add(text, number = _texts.Count);
                _texts.Add(text);
            }

            return number;
        }
    }
}
