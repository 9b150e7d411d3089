using System.Buffers;

namespace Sluice.Http.Headers;

/// <summary>The classes of bytes that heads are made of (RFC 9110, section 5.6.2, and RFC 5234, appendix B.1).</summary>
internal static class FieldBytes
{
    internal const byte Tab = (byte)'\t';
    internal const byte LineFeed = (byte)'\n';
    internal const byte CarriageReturn = (byte)'\r';
    internal const byte Space = (byte)' ';

    /// <summary>tchar: what names of fields, methods, codings and options are made of.</summary>
    internal static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What ends a line or has no place in one: all control characters but HTAB. Bytes from 0x80 are obs-text and pass.</summary>
    internal static readonly SearchValues<byte> LineBreaking = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    /// <summary>Whether the text is a token: one tchar or more.</summary>
    internal static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(Token);

    /// <summary>Whether the byte is OWS: a blank or HTAB.</summary>
    internal static bool IsBlank(byte value) => value is Space or Tab;

    /// <summary>Takes OWS off both ends.</summary>
    internal static ReadOnlySpan<byte> TrimBlanks(ReadOnlySpan<byte> text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && IsBlank(text[start]))
        {
            start++;
        }

        while (end > start && IsBlank(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }
}
