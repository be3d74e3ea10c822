namespace Lab.Oracles;

/// <summary>Texts that may differ in the numbers in them: digits with a sign before, and points and commas between.</summary>
internal static class NumberedText
{
    /// <summary>True when the texts are equal, number for number whatever it is.</summary>
    internal static bool AreAlike(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (!a.IsEmpty && !b.IsEmpty)
        {
            var (inA, inB) = (NumberAt(a), NumberAt(b));
            if ((inA == 0) != (inB == 0) || (inA == 0 && a[0] != b[0]))
            {
                return false;
            }

            a = a[Math.Max(inA, 1)..];
            b = b[Math.Max(inB, 1)..];
        }

        return a.IsEmpty && b.IsEmpty;
    }

    /// <summary>How long the number is that stands at the beginning; 0 for none.</summary>
    private static int NumberAt(ReadOnlySpan<char> text)
    {
        var length = text is ['-', _, ..] ? 1 : 0;
        if (!char.IsAsciiDigit(text[length]))
        {
            return 0;
        }

        while (length < text.Length && (char.IsAsciiDigit(text[length]) || (text[length..] is ['.' or ',', var next, ..] && char.IsAsciiDigit(next))))
        {
            length++;
        }

        return length;
    }
}
