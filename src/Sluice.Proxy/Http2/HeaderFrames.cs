using System.Diagnostics;
using Sluice.Http.Http2;

namespace Sluice.Proxy.Http2;

/// <summary>A field block as frames: HEADERS, and CONTINUATION for what is behind the first 16 KiB (RFC 9113, section 6.10).</summary>
internal static class HeaderFrames
{
    private const int PartBytes = Http2Constants.DefaultFrameBytes;

    /// <summary>The largest block that goes into one buffer with its frames, in bytes.</summary>
    public const int BlockBytesMax = 120 * 1024;

    /// <summary>An upper bound of what the headers of the frames take, in bytes.</summary>
    /// <param name="blockBytes">The length of the block.</param>
    public static int HeaderBytesMax(int blockBytes) => (1 + (blockBytes / PartBytes)) * FrameHeader.Bytes;

    /// <summary>Puts frame headers around a block.</summary>
    /// <param name="space">Begins with room for one header, then the block, then room for the other headers.</param>
    /// <param name="blockBytes">The length of the block.</param>
    /// <param name="streamId">Whose block it is.</param>
    /// <param name="endStream">Whether nothing follows it.</param>
    /// <returns>The length of all frames.</returns>
    public static int Divide(Span<byte> space, int blockBytes, uint streamId, bool endStream)
    {
        int parts = Math.Max(1, (blockBytes + PartBytes - 1) / PartBytes);
        Debug.Assert(space.Length >= blockBytes + (parts * FrameHeader.Bytes), "There is room for the headers.");

        // From the last to the first, each moves behind the headers before it.
        for (int part = parts - 1; part >= 0; part--)
        {
            int start = part * PartBytes;
            int length = Math.Min(PartBytes, blockBytes - start);
            int frameStart = start + (part * FrameHeader.Bytes);
            if (part > 0)
            {
                space.Slice(FrameHeader.Bytes + start, length).CopyTo(space[(frameStart + FrameHeader.Bytes)..]);
            }

            FrameFlags flags = part == parts - 1 ? FrameFlags.EndHeaders : FrameFlags.None;
            flags |= part == 0 && endStream ? FrameFlags.EndStream : FrameFlags.None;
            new FrameHeader(length, part == 0 ? FrameType.Headers : FrameType.Continuation, flags, streamId).Write(space[frameStart..]);
        }

        return blockBytes + (parts * FrameHeader.Bytes);
    }
}
