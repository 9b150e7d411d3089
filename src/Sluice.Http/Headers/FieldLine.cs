using Sluice.Http.Http1;

namespace Sluice.Http.Headers;

/// <summary>One field line of a head or of trailers: <c>field-name ":" OWS field-value OWS</c> (RFC 9112, section 5).</summary>
internal static class FieldLine
{
    /// <summary>Longer names serve nobody; the longest registered one has 52 bytes.</summary>
    internal const int NameBytesMax = 256;

    /// <summary>Reads a line that is known to hold no control characters but HTAB.</summary>
    /// <param name="line">Without its CRLF; not empty.</param>
    /// <param name="offset">Where the line begins in the table's buffer.</param>
    /// <param name="field">The field with the flags that follow from its name.</param>
    internal static Violation Parse(ReadOnlySpan<byte> line, int offset, out Field field)
    {
        field = default;
        int nameLength = line.IndexOfAnyExcept(FieldBytes.Token);
        if (nameLength <= 0 || line[nameLength] != ':')
        {
            return Explain(line, nameLength);
        }

        if (nameLength > NameBytesMax)
        {
            return Violation.FieldNameTooLong;
        }

        int start = nameLength + 1;
        int end = line.Length;
        while (start < end && FieldBytes.IsBlank(line[start]))
        {
            start++;
        }

        while (end > start && FieldBytes.IsBlank(line[end - 1]))
        {
            end--;
        }

        ReadOnlySpan<byte> name = line[..nameLength];
        KnownField known = KnownFields.Find(name);
        field = new Field(offset, nameLength, offset + start, end - start, known, FlagsOf(name, known));
        return Violation.None;
    }

    /// <summary>The flags that follow from a name.</summary>
    internal static FieldFlags FlagsOf(ReadOnlySpan<byte> name, KnownField known)
    {
        return known != KnownField.Other ? KnownFields.FlagsOf(known)
            : name.Contains((byte)'_') ? FieldFlags.Underscore
            : FieldFlags.None;
    }

    // RFC 9112, section 5.1: no blanks between name and colon; section 5.2: no line folding.
    private static Violation Explain(ReadOnlySpan<byte> line, int nameLength)
    {
        if (FieldBytes.IsBlank(line[0]))
        {
            return Violation.ObsFold;
        }

        if (line[0] == ':')
        {
            return Violation.EmptyFieldName;
        }

        if (!line.Contains((byte)':'))
        {
            return Violation.MissingColon;
        }

        return FieldBytes.IsBlank(line[nameLength]) ? Violation.WhitespaceBeforeColon : Violation.InvalidFieldName;
    }
}
