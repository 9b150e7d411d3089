namespace Sluice.Proxy.Grpc;

/// <summary>
/// Decodes base64 (RFC 4648, section 4) that comes in parts, each in place. Padding may stand within it: what was encoded in parts itself is put together
/// like that (grpc/doc/PROTOCOL-WEB.md). Nothing but its 65 characters is let through, nor bits behind the last byte.
/// </summary>
internal struct Base64Decoder
{
    private const byte Padding = (byte)'=';
    private const int GroupChars = 4;
    private const byte Invalid = 0xFF;

    private static readonly byte[] Values = BuildValues();

    private uint _bits;
    private int _chars;
    private int _paddings;

    /// <summary>Whether what was taken in so far is whole.</summary>
    public readonly bool IsWhole => _chars == 0;

    /// <summary>Decodes the next part; what it says stands at its beginning then. False when it is not base64.</summary>
    /// <remarks>A byte is written as soon as its bits are there, at the latest with the character that brought the last of them: it never runs ahead of what is read.</remarks>
    public bool TryDecode(Span<byte> text, out int length)
    {
        length = 0;
        foreach (byte character in text)
        {
            if (character == Padding)
            {
                if (!TryPad())
                {
                    return false;
                }

                continue;
            }

            uint value = Values[character];
            if (value == Invalid || _paddings > 0)
            {
                return false;
            }

            _bits = (_bits << 6) | value;
            if (_chars > 0)
            {
                text[length++] = (byte)(_bits >> (6 - (2 * _chars)));
            }

            _chars = (_chars + 1) % GroupChars;
        }

        return true;
    }

    // Behind two characters there are four bits left over, behind three there are two.
    private bool TryPad()
    {
        uint leftOver = _chars == 2 ? _bits & 0xF : _bits & 0x3;
        if (_paddings == 0 && (_chars < 2 || leftOver != 0))
        {
            return false;
        }

        _paddings++;
        _chars = (_chars + 1) % GroupChars;
        _paddings = _chars == 0 ? 0 : _paddings;
        return true;
    }

    private static byte[] BuildValues()
    {
        byte[] values = new byte[256];
        values.AsSpan().Fill(Invalid);
        ReadOnlySpan<byte> alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        for (int i = 0; i < alphabet.Length; i++)
        {
            values[alphabet[i]] = (byte)i;
        }

        return values;
    }
}
