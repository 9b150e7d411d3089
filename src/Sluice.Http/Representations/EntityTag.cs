namespace Sluice.Http.Representations;

/// <summary>Entity tags and lists of them (RFC 9110, sections 8.8.3 and 13.1).</summary>
public static class EntityTag
{
    /// <summary>Whether the text is one entity tag: <c>"…"</c>, or <c>W/"…"</c> for a weak one.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text) => LengthAt(text) == text.Length && !text.IsEmpty;

    /// <summary>Whether a valid tag is a weak one.</summary>
    public static bool IsWeak(ReadOnlySpan<byte> tag) => tag.StartsWith("W/"u8);

    /// <summary>Strong comparison (section 8.8.3.2): both are strong and the same.</summary>
    public static bool StrongEquals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => !IsWeak(left) && left.SequenceEqual(right);

    /// <summary>Weak comparison: the same, whether weak or not.</summary>
    public static bool WeakEquals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => OpaqueOf(left).SequenceEqual(OpaqueOf(right));

    /// <summary>Whether a list, as of <c>If-Match</c> and <c>If-None-Match</c>, has the tag. What is no list of tags has none.</summary>
    /// <param name="list">The value of one field line; a <c>*</c> is for the caller.</param>
    /// <param name="tag">A valid tag.</param>
    /// <param name="isStrong">Which comparison.</param>
    public static bool IsIn(ReadOnlySpan<byte> list, ReadOnlySpan<byte> tag, bool isStrong)
    {
        while (true)
        {
            list = list.TrimStart(" \t,"u8);
            int length = LengthAt(list);
            if (length == 0)
            {
                return false;
            }

            if (isStrong ? StrongEquals(list[..length], tag) : WeakEquals(list[..length], tag))
            {
                return true;
            }

            list = list[length..];
        }
    }

    private static ReadOnlySpan<byte> OpaqueOf(ReadOnlySpan<byte> tag) => IsWeak(tag) ? tag[2..] : tag;

    // The length of the tag at the beginning of a text; 0 when there is none. etagc = %x21 / %x23-7E / obs-text.
    private static int LengthAt(ReadOnlySpan<byte> text)
    {
        int start = IsWeak(text) ? 2 : 0;
        if (text.Length < start + 2 || text[start] != '"')
        {
            return 0;
        }

        for (int i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return i + 1;
            }

            if (text[i] is <= 0x20 or 0x7F)
            {
                return 0;
            }
        }

        return 0;
    }
}
