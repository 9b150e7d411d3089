namespace Sluice.Http.Representations;

/// <summary>A part of a representation.</summary>
/// <param name="Offset">Of its first byte.</param>
/// <param name="Length">In bytes, at least 1.</param>
public readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>The offset of its last byte.</summary>
    public long Last => Offset + Length - 1;

    /// <summary>The offset behind its last byte.</summary>
    public long End => Offset + Length;
}
