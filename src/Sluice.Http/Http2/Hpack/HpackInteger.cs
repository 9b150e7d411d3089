namespace Sluice.Http.Http2.Hpack;

/// <summary>Writes integers with a prefix (RFC 7541, section 5.1).</summary>
internal static class HpackInteger
{
    /// <summary>Larger ones are refused: nothing that is decoded here is as large, and sums of several stay far away from overflowing.</summary>
    internal const int ValueMax = 1 << 28;

    /// <summary>The bytes that <see cref="ValueMax"/> takes with any prefix.</summary>
    internal const int BytesMax = 5;

    /// <summary>Writes an integer.</summary>
    /// <param name="pattern">The bits of the first byte above the prefix.</param>
    /// <param name="prefixBits">1 to 8.</param>
    /// <param name="value">0 to <see cref="ValueMax"/>.</param>
    /// <param name="destination">Long enough; <see cref="BytesMax"/> is enough for any.</param>
    /// <returns>The bytes written.</returns>
    internal static int Write(byte pattern, int prefixBits, int value, Span<byte> destination)
    {
        int prefixMax = (1 << prefixBits) - 1;
        if (value < prefixMax)
        {
            destination[0] = (byte)(pattern | value);
            return 1;
        }

        destination[0] = (byte)(pattern | prefixMax);
        int length = 1;
        for (value -= prefixMax; value >= 0x80; value >>= 7)
        {
            destination[length++] = (byte)(0x80 | value);
        }

        destination[length++] = (byte)value;
        return length;
    }
}
