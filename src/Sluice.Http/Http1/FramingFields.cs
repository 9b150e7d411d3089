using System.Text;
using Sluice.Http.Headers;

namespace Sluice.Http.Http1;

/// <summary>
/// Collects <c>Content-Length</c> and <c>Transfer-Encoding</c> of one message (RFC 9112, section 6). Both are read to the letter: what one server repairs,
/// the next one reads otherwise.
/// </summary>
internal struct FramingFields
{
    private bool _hasContentLength;
    private Violation _unknownCoding;

    internal bool HasTransferEncoding { get; private set; }

    /// <summary>-1 without a <c>Content-Length</c>.</summary>
    internal readonly long ContentLength => _hasContentLength ? _contentLength : -1;

    private long _contentLength;

    /// <summary>Takes in a <c>Content-Length</c>: digits without sign, leading zeros or tabs, up to 2^63-1. A list of equal numbers is refused too.</summary>
    internal Violation ReadContentLength(byte[] buffer, in Field field)
    {
        if (_hasContentLength)
        {
            return Violation.DuplicateContentLength;
        }

        _hasContentLength = true;
        ReadOnlySpan<byte> value = buffer.AsSpan(field.ValueOffset, field.ValueLength);
        return !HasTabs(buffer, field) && TryParseLength(value, out _contentLength) ? Violation.None : Violation.InvalidContentLength;
    }

    /// <summary>
    /// Takes in a <c>Transfer-Encoding</c>: only <c>chunked</c> is spoken. A well-formed list of other codings is not understood (501, once the rest of the
    /// head is known to be sound); anything else is an error.
    /// </summary>
    internal Violation ReadTransferEncoding(byte[] buffer, in Field field)
    {
        if (HasTransferEncoding)
        {
            return Violation.DuplicateTransferEncoding;
        }

        HasTransferEncoding = true;
        ReadOnlySpan<byte> value = buffer.AsSpan(field.ValueOffset, field.ValueLength);
        if (HasTabs(buffer, field))
        {
            return Violation.InvalidTransferEncoding;
        }

        if (Ascii.EqualsIgnoreCase(value, "chunked"u8))
        {
            return Violation.None;
        }

        _unknownCoding = Violation.UnknownTransferCoding;
        return IsCodingList(value) ? Violation.None : Violation.InvalidTransferEncoding;
    }

    /// <summary>What the two fields mean together, for a message that may have content.</summary>
    internal readonly Violation Check(int minorVersion)
    {
        if (!HasTransferEncoding)
        {
            return Violation.None;
        }

        if (_hasContentLength)
        {
            return Violation.ClAndTe;
        }

        return minorVersion == 0 ? Violation.TransferEncodingInHttp10 : _unknownCoding;
    }

    /// <summary>Whether a name that is not known would be one of the two to a server that takes underscores for hyphens.</summary>
    internal static bool IsUnderscored(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "content_length"u8) || Ascii.EqualsIgnoreCase(name, "transfer_encoding"u8);

    // Tabs are OWS, yet not all parsers strip them, and nobody pads these two fields with good intentions.
    private static bool HasTabs(byte[] buffer, in Field field)
    {
        int start = field.NameOffset + field.NameLength;
        int end = field.ValueOffset + field.ValueLength;
        return buffer.AsSpan(start, end - start).Contains(FieldBytes.Tab) || buffer[end] == FieldBytes.Tab || HasTabBehind(buffer, end);
    }

    // The line ends in CR, so the walk over the blanks behind the value stops there.
    private static bool HasTabBehind(byte[] buffer, int end)
    {
        while (buffer[end] == FieldBytes.Space)
        {
            end++;
        }

        return buffer[end] == FieldBytes.Tab;
    }

    private static bool TryParseLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        if (value.Length is 0 or > 19 || (value.Length > 1 && value[0] == '0'))
        {
            return false;
        }

        ulong sum = 0;
        foreach (byte digit in value)
        {
            uint number = (uint)(digit - '0');
            if (number > 9)
            {
                return false;
            }

            sum = (sum * 10) + number;
        }

        length = (long)sum;
        return sum <= long.MaxValue;
    }

    // Tokens between commas, none empty, and chunked nowhere but at the end.
    private static bool IsCodingList(ReadOnlySpan<byte> value)
    {
        while (true)
        {
            int comma = value.IndexOf((byte)',');
            ReadOnlySpan<byte> coding = FieldBytes.TrimBlanks(comma < 0 ? value : value[..comma]);
            if (!FieldBytes.IsToken(coding))
            {
                return false;
            }

            if (comma < 0)
            {
                return true;
            }

            if (Ascii.EqualsIgnoreCase(coding, "chunked"u8))
            {
                return false;
            }

            value = value[(comma + 1)..];
        }
    }
}
