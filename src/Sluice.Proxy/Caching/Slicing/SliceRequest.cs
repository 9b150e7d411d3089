namespace Sluice.Proxy.Caching.Slicing;

/// <summary>Which part of a content a fetch asks its server for.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Bytes">The size of each but the last.</param>
/// <param name="Total">How long the whole content is; 0 for the first one, before that is known.</param>
/// <param name="Validator">What the response has to be known by to be of the same content; empty for the first one.</param>
internal sealed record SliceRequest(long Index, int Bytes, long Total, byte[] Validator)
{
    /// <summary>Whether it is the one that decides what all others are parts of.</summary>
    public bool IsFirst => Index == 0;

    /// <summary>The first byte.</summary>
    public long First => Index * Bytes;

    /// <summary>The last byte, as far as that is known.</summary>
    public long Last => (Total > 0 ? Math.Min(First + Bytes, Total) : First + Bytes) - 1;
}
