namespace Sluice.Proxy.Routing.Patterns;

/// <summary>Memory to decode and widen texts in while routes are tested: one for each thread, grown to the longest text it met.</summary>
/// <remarks>
/// A piece is valid until the next call of the same kind on the same thread. What needs it longer has to copy; nothing does. Its bound is that of a
/// request's head, since only parts of one come here.
/// </remarks>
internal static class MatchScratch
{
    private const int LengthMin = 1024;

    [ThreadStatic]
    private static byte[]? bytes;

    [ThreadStatic]
    private static char[]? chars;

    /// <summary>At least so many bytes, of any content.</summary>
    internal static Span<byte> Bytes(int length)
    {
        if (bytes is null || bytes.Length < length)
        {
            bytes = new byte[Math.Max(length * 2, LengthMin)];
        }

        return bytes;
    }

    /// <summary>At least so many characters, of any content.</summary>
    internal static Span<char> Chars(int length)
    {
        if (chars is null || chars.Length < length)
        {
            chars = new char[Math.Max(length * 2, LengthMin)];
        }

        return chars;
    }
}
