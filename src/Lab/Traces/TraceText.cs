using System.Globalization;
using System.Text;

namespace Lab.Traces;

/// <summary>
/// How strings are spelled in a trace file. A <em>token</em> holds no space, so that several fit on a line; a <em>text</em> is the rest of a line
/// and keeps the spaces within it. Both: <c>-</c> is the empty string, a backslash begins an escape (<c>\\ \n \r \t \s</c> for a space,
/// <c>\-</c> for a lone minus, <c>\u001B</c> for what cannot be seen), everything else stands for itself.
/// </summary>
internal static class TraceText
{
    internal static StringBuilder AppendToken(this StringBuilder output, string value) => output.AppendEscaped(value, isToken: true);

    internal static StringBuilder AppendText(this StringBuilder output, string value) => output.AppendEscaped(value, isToken: false);

    /// <summary>Undoes the escapes; false if one is damaged. Also takes spellings that are never written: the reader compares afterwards.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> spelled, out string value)
    {
        value = "";
        if (spelled is "-")
        {
            return true;
        }

        if (!spelled.Contains('\\'))
        {
            value = spelled.ToString();
            return !spelled.IsEmpty;
        }

        var decoded = new StringBuilder(spelled.Length);
        while (!spelled.IsEmpty)
        {
            var plain = spelled.IndexOf('\\');
            plain = plain < 0 ? spelled.Length : plain;
            decoded.Append(spelled[..plain]);
            spelled = spelled[plain..];
            if (!spelled.IsEmpty && !TryUnescape(ref spelled, decoded))
            {
                return false;
            }
        }

        value = decoded.ToString();
        return true;
    }

    /// <summary>One line for a terminal: what cannot be seen is escaped, a backslash is not.</summary>
    internal static string Printable(string line)
    {
        var output = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '\\' && MustEscape(line, i))
            {
                output.AppendHex(line[i]);
            }
            else
            {
                output.Append(line[i]);
            }
        }

        return output.ToString();
    }

    private static StringBuilder AppendEscaped(this StringBuilder output, string value, bool isToken)
    {
        if (value is "" or "-")
        {
            return output.Append(value.Length == 0 ? "-" : @"\-");
        }

        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == ' ' ? isToken || i == 0 || i == value.Length - 1 : MustEscape(value, i))
            {
                output.AppendEscape(c);
            }
            else
            {
                output.Append(c);
            }
        }

        return output;
    }

    private static void AppendEscape(this StringBuilder output, char c)
    {
        switch (c)
        {
            case '\\': output.Append(@"\\"); break;
            case ' ': output.Append(@"\s"); break;
            case '\n': output.Append(@"\n"); break;
            case '\r': output.Append(@"\r"); break;
            case '\t': output.Append(@"\t"); break;
            default: output.AppendHex(c); break;
        }
    }

    private static void AppendHex(this StringBuilder output, char c) =>
        output.Append(@"\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));

    // Written as ranges, not by Unicode category: categories change with the runtime's tables, and the same trace must stay the same bytes.
    private static bool MustEscape(string value, int index) => value[index] switch
    {
        '\\' or < ' ' or (>= '\u007F' and <= '\u009F') => true,
        (>= '\u200E' and <= '\u200F') or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF' => true,
        >= '\uD800' and <= '\uDBFF' => index + 1 >= value.Length || !char.IsLowSurrogate(value[index + 1]),
        >= '\uDC00' and <= '\uDFFF' => index == 0 || !char.IsHighSurrogate(value[index - 1]),
        _ => false,
    };

    private static bool TryUnescape(ref ReadOnlySpan<char> spelled, StringBuilder decoded)
    {
        var length = spelled is ['\\', 'u', ..] ? 6 : 2;
        if (spelled.Length < length)
        {
            return false;
        }

        char? c = spelled[1] switch
        {
            '\\' => '\\',
            's' => ' ',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '-' => '-',
            'u' when ushort.TryParse(spelled[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) => (char)code,
            _ => null,
        };
        decoded.Append(c);
        spelled = spelled[length..];
        return c is not null;
    }
}
