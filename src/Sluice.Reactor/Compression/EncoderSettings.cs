namespace Sluice.Reactor.Compression;

/// <summary>How one message is compressed.</summary>
/// <param name="Level">In the terms of the format.</param>
/// <param name="Length">The bytes that there will be, or -1. There must be as many then.</param>
/// <param name="PaddingBytes">Bytes without a meaning that go first, up to <see cref="PaddingMax"/>; not every format can have them.</param>
public readonly record struct EncoderSettings(int Level, long Length, int PaddingBytes)
{
    /// <summary>The most padding that there may be, in bytes.</summary>
    public const int PaddingMax = 256;

    private const int WindowBitsMin = 12;
    private const int WindowBitsMax = 18;
    private const int WindowBitsUnknown = 16;

    /// <summary>
    /// How far back a match may be found, as a power of 2: what the content needs, up to 256 KiB, and 64 KiB where that is not known, as of streams that go on for hours. More is of use for few texts, and takes memory of each response.
    /// </summary>
    internal int WindowBits => Length < 0 ? WindowBitsUnknown : Math.Clamp(64 - (int)long.LeadingZeroCount(Length), WindowBitsMin, WindowBitsMax);
}
