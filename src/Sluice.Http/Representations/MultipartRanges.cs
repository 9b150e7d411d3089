using System.Diagnostics;
using System.Security.Cryptography;
using Sluice.Http.Http1;

namespace Sluice.Http.Representations;

/// <summary>
/// Writes what stands between the parts of <c>multipart/byteranges</c> (RFC 9110, section 14.6), and knows the length of the whole before any of it is sent. Reused;
/// allocates nothing.
/// </summary>
public sealed class MultipartRanges
{
    /// <summary>The most bytes that stand before a part or behind the last, beside the type of the content.</summary>
    public const int DelimiterBytesMax = 192;

    private const int RandomBytes = 16;

    // 128 random bits: nobody can put a line into a representation that would be taken for the next boundary, whatever boundaries he has seen.
    private readonly byte[] _boundary = new byte[RandomBytes * 2];

    /// <summary>Begins a response with a boundary of its own.</summary>
    public void Begin()
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(random);
        bool isWritten = Convert.TryToHexStringLower(random, _boundary, out _);
        Debug.Assert(isWritten, "Two digits a byte.");
    }

    /// <summary>The <c>Content-Type</c> line of the response.</summary>
    public void AppendContentType(ref HeadWriter writer)
    {
        writer.Append("Content-Type: multipart/byteranges; boundary="u8);
        writer.Append(_boundary);
        writer.Append("\r\n"u8);
    }

    /// <summary>What stands before a part.</summary>
    /// <param name="writer">Has room for <see cref="DelimiterBytesMax"/> and the type.</param>
    /// <param name="isFirst">Whether no part is before it.</param>
    /// <param name="range">The part.</param>
    /// <param name="completeLength">Of the representation.</param>
    /// <param name="contentType">Of the representation; empty when it has none.</param>
    public void AppendPartHead(ref HeadWriter writer, bool isFirst, in ByteRange range, long completeLength, scoped ReadOnlySpan<byte> contentType)
    {
        writer.Append(isFirst ? "--"u8 : "\r\n--"u8);
        writer.Append(_boundary);
        writer.Append("\r\n"u8);
        if (!contentType.IsEmpty)
        {
            writer.AppendField("Content-Type"u8, contentType);
        }

        ContentRange.Append(ref writer, range, completeLength);
        writer.EndHead();
    }

    /// <summary>What stands behind the last part.</summary>
    public void AppendEnd(ref HeadWriter writer)
    {
        writer.Append("\r\n--"u8);
        writer.Append(_boundary);
        writer.Append("--\r\n"u8);
    }

    /// <summary>The length of the whole content in bytes.</summary>
    public long LengthOf(ByteRanges ranges, long completeLength, int contentTypeLength)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        Span<byte> scratch = stackalloc byte[DelimiterBytesMax];
        int typeLine = contentTypeLength == 0 ? 0 : "Content-Type: \r\n".Length + contentTypeLength;
        long length = 0;
        for (int i = 0; i < ranges.Count; i++)
        {
            var head = new HeadWriter(scratch);
            ByteRange range = ranges[i];
            AppendPartHead(ref head, i == 0, range, completeLength, default);
            length += head.Length + typeLine + range.Length;
        }

        var end = new HeadWriter(scratch);
        AppendEnd(ref end);
        Debug.Assert(!end.Overflowed, "What stands between parts is short.");
        return length + end.Length;
    }
}
