using Sluice.Proxy.Errors;

namespace Sluice.Proxy.Pipeline;

/// <summary>A part of a message's content on its way through, or the error that ended it.</summary>
/// <param name="Array">Where it is; owned by the side it was read from, and valid until that side's next read.</param>
/// <param name="Offset">Its first byte.</param>
/// <param name="Count">Its length; 0 only at the end or with an error.</param>
/// <param name="IsLast">Whether the content ends with it.</param>
/// <param name="Error">Why there is no more; then the slice is empty.</param>
public readonly record struct BodySlice(byte[]? Array, int Offset, int Count, bool IsLast, ProxyErrorCode Error = ProxyErrorCode.None)
{
    /// <summary>The end of the content, or content that there is none of.</summary>
    public static readonly BodySlice End = new(null, 0, 0, IsLast: true);

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => Array.AsSpan(Offset, Count);

    /// <summary>An error in place of content.</summary>
    public static BodySlice Failed(ProxyErrorCode error) => new(null, 0, 0, IsLast: false, error);
}
