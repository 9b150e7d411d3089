using Sluice.Http.Representations;

namespace Sluice.Proxy.Compression;

/// <summary>What one worker compressed and decompressed. Written by its loop alone; other threads may read values that are a moment old.</summary>
public sealed class CompressionCounters
{
    private const int Columns = 3;

    // Responses, bytes before and bytes after of each coding: compressed first, then decompressed.
    private readonly long[] _counts = new long[2 * ContentCodings.Count * Columns];
    private long _lowered;
    private long _skipped;

    /// <summary>Responses that were compressed less than configured, because too much time went into compressing.</summary>
    public long Lowered => Volatile.Read(ref _lowered);

    /// <summary>Responses that were not compressed at all for that reason.</summary>
    public long Skipped => Volatile.Read(ref _skipped);

    /// <summary>What was compressed into a coding.</summary>
    public CodingCounts CompressedTo(ContentCoding coding) => Read(RowOf(coding, isCompressed: true));

    /// <summary>What was decompressed from a coding.</summary>
    public CodingCounts DecompressedFrom(ContentCoding coding) => Read(RowOf(coding, isCompressed: false));

    internal void CountLowered() => Volatile.Write(ref _lowered, _lowered + 1);

    internal void CountSkipped() => Volatile.Write(ref _skipped, _skipped + 1);

    /// <summary>Counts a response, whole or not.</summary>
    internal void Count(ContentCoding coding, bool isCompressed, long bytesIn, long bytesOut)
    {
        int row = RowOf(coding, isCompressed);
        Add(row, 1);
        Add(row + 1, bytesIn);
        Add(row + 2, bytesOut);
    }

    private static int RowOf(ContentCoding coding, bool isCompressed) => ((isCompressed ? 0 : ContentCodings.Count) + (int)coding) * Columns;

    private CodingCounts Read(int row) => new(Volatile.Read(ref _counts[row]), Volatile.Read(ref _counts[row + 1]), Volatile.Read(ref _counts[row + 2]));

    private void Add(int index, long count) => Volatile.Write(ref _counts[index], _counts[index] + count);
}
