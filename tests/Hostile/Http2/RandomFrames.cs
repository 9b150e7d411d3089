using Sluice.TestKit.Http2;

namespace Sluice.Hostile.Http2;

/// <summary>Frames by chance: right, a little wrong and nonsense.</summary>
/// <param name="random">Decides.</param>
/// <param name="nextStream">The number of a stream that makes sense.</param>
/// <param name="nextBlock">A field block.</param>
internal sealed class RandomFrames(Random random, Func<uint> nextStream, Func<byte[]> nextBlock)
{
    /// <summary>The next one, and whether it is spoilt, so that what the bytes behind it mean can't be told.</summary>
    internal (byte[] Frame, bool IsSpoilt) Next()
    {
        byte[] frame = NextWhole();
        return random.Next(40) == 0 ? (Spoil(frame), true) : (frame, false);
    }

    private byte[] NextWhole()
    {
        uint stream = random.Next(3) == 0 ? nextStream() : (uint)random.Next(0, 12);
        return random.Next(12) switch
        {
            0 or 1 or 2 => Frames.Headers(nextStream(), nextBlock(), end: random.Next(2) == 0, padding: random.Next(4) == 0 ? (byte)random.Next(20) : null),
            3 => Frames.Headers(stream, nextBlock(), end: random.Next(2) == 0),
            4 or 5 => Frames.Data(stream, new byte[random.Next(0, 2_000)], end: random.Next(3) == 0, padding: random.Next(4) == 0 ? (byte)random.Next(256) : null),
            6 => Frames.Reset(stream, (ErrorCode)random.Next(16)),
            7 => Frames.WindowUpdate(stream, (uint)random.Next(0, 100_000)),
            8 => Frames.Settings(((SettingKind)random.Next(0, 10), (uint)random.Next(0, 70_000))),
            9 => random.Next(2) == 0 ? Frames.Priority(stream, (uint)random.Next(0, 20)) : Frames.PriorityUpdate(stream, "u=" + random.Next(0, 9)),
            10 => Frames.Ping((ulong)random.Next(), ack: random.Next(3) == 0),
            _ => Frames.Of((FrameKind)random.Next(0, 20), (FrameMarks)random.Next(256), stream, new byte[random.Next(0, 100)]),
        };
    }

    // One bit is another, or the end is missing; where that makes another length of it nobody can tell what the bytes behind it are, so there are none.
    private byte[] Spoil(byte[] frame)
    {
        if (random.Next(3) == 0)
        {
            return frame[..random.Next(1, frame.Length)];
        }

        frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
        return frame;
    }
}
