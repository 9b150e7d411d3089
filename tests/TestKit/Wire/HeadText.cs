namespace Sluice.TestKit.Wire;

/// <summary>Splits a head that is known to be whole; strict, for a proxy writes nothing but CRLF, one colon and one space.</summary>
public static class HeadText
{
    /// <summary>The first line and the fields of a head that ends in an empty line.</summary>
    /// <exception cref="FormatException">The head isn't canonical.</exception>
    public static (string StartLine, IReadOnlyList<KeyValuePair<string, string>> Fields) Split(string head)
    {
        string[] lines = head.Split("\r\n");
        if (lines is not [.., "", ""] || head.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw new FormatException($"The head has a line end other than CRLF: {Bytes.Show(Bytes.Of(head))}");
        }

        return (lines[0], [.. lines[1..^2].Select(SplitField)]);
    }

    /// <summary>A field line without its end.</summary>
    /// <exception cref="FormatException">It isn't canonical.</exception>
    public static KeyValuePair<string, string> SplitField(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        bool isCanonical = colon > 0 && !line[..colon].Any(character => character is ' ' or '\t')
            && (colon + 1 == line.Length || line[colon + 1] == ' ');
        return isCanonical
            ? new KeyValuePair<string, string>(line[..colon], line[Math.Min(colon + 2, line.Length)..])
            : throw new FormatException($"Not a field line: {Bytes.Show(Bytes.Of(line))}");
    }
}
