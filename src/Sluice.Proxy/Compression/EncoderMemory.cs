using Sluice.Http.Representations;

namespace Sluice.Proxy.Compression;

/// <summary>What an encoder takes of native memory while a response is on its way: rounded up from measurements (docs/decisions/0009).</summary>
internal static class EncoderMemory
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    /// <summary>Bytes at most.</summary>
    /// <param name="coding">What it writes.</param>
    /// <param name="level">At which level.</param>
    /// <param name="length">The length of the content, or -1: then windows are smaller.</param>
    public static int BytesOf(ContentCoding coding, int level, long length) => coding switch
    {
        ContentCoding.Gzip => 384 * KiB,
        ContentCoding.Brotli => BrotliBytes(level, length),
        _ => ZstdBytes(level),
    };

    private static int BrotliBytes(int level, long length) => (level, length) switch
    {
        (<= 8, < 0) => 2 * MiB,
        (_, < 0) => 3 * MiB,
        (<= 5, _) => 4 * MiB,
        (<= 7, _) => 5 * MiB,
        (8, _) => 20 * MiB,
        _ => 40 * MiB,
    };

    private static int ZstdBytes(int level) => level switch
    {
        <= 3 => 2 * MiB,
        <= 6 => 5 * MiB,
        <= 9 => 14 * MiB,
        <= 11 => 27 * MiB,
        _ => 90 * MiB,
    };
}
