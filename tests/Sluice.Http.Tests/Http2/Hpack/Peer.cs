using Sluice.Http.Http2.Hpack;

namespace Sluice.Http.Tests.Http2.Hpack;

/// <summary>Decodes blocks into a buffer of its own, with bytes around the destination that must stay as they are.</summary>
internal sealed class Peer(int tableBytesMax = 4096, int destinationBytes = 64 * 1024)
{
    private const int Start = 7;

    private readonly byte[] _buffer = new byte[Start + destinationBytes];

    internal HpackDecoder Decoder { get; } = new(tableBytesMax);

    /// <summary>What the last block wrote.</summary>
    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(Start, End - Start);

    internal int End { get; private set; }

    /// <summary>Decodes a block.</summary>
    /// <returns>Its fields in words, or the error.</returns>
    internal string Decode(ReadOnlySpan<byte> block)
    {
        Array.Fill(_buffer, (byte)'?');
        var list = new FieldList([]);
        HpackStatus status = Decoder.Decode(block, _buffer, Start, out int end, ref list);
        End = end;
        Assert.InRange(end, Start, _buffer.Length);
        Assert.Equal(-1, _buffer.AsSpan(0, Start).IndexOfAnyExcept((byte)'?'));
        return status == HpackStatus.Done ? list.Describe(_buffer) : status.ToString();
    }

    internal string DecodeHex(string hex) => Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
}
