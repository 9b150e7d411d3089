namespace Sluice.Http.Http1;

/// <summary>Writes the size line of a chunk (RFC 9112, section 7.1).</summary>
public static class ChunkSize
{
    /// <summary>The longest line: eight digits and the line end.</summary>
    public const int BytesMax = 10;

    /// <summary>Writes the line for <paramref name="count"/> bytes of data, 1 or more; the last chunk is not written with it.</summary>
    public static void Write(ref HeadWriter writer, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        Span<byte> digits = stackalloc byte[BytesMax - 2];
        count.TryFormat(digits, out int length, "x");
        writer.Append(digits[..length]);
        writer.Append("\r\n"u8);
    }
}
