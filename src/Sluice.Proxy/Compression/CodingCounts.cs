namespace Sluice.Proxy.Compression;

/// <summary>What was compressed into a coding, or decompressed from it.</summary>
/// <param name="Responses">Responses.</param>
/// <param name="BytesIn">Bytes of content before.</param>
/// <param name="BytesOut">Bytes of content after.</param>
public readonly record struct CodingCounts(long Responses, long BytesIn, long BytesOut)
{
    /// <summary>Both together.</summary>
    public static CodingCounts operator +(CodingCounts left, CodingCounts right) => left.Plus(right);

    /// <summary>Both together.</summary>
    public CodingCounts Plus(CodingCounts other) => new(Responses + other.Responses, BytesIn + other.BytesIn, BytesOut + other.BytesOut);
}
