namespace Sluice.Proxy.Forwarding;

/// <summary>Fixed pieces of HTTP/1 framing as arrays, which a send takes (RFC 9112, section 7.1).</summary>
internal static class Http1Bytes
{
    public static readonly byte[] LineEnd = [.. "\r\n"u8];

    public static readonly byte[] LastChunk = [.. "0\r\n\r\n"u8];

    public static readonly byte[] LineEndAndLastChunk = [.. "\r\n0\r\n\r\n"u8];
}
