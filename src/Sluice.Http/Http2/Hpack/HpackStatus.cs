namespace Sluice.Http.Http2.Hpack;

/// <summary>How the decoding of a header block ended.</summary>
public enum HpackStatus : byte
{
    /// <summary>All of it was decoded.</summary>
    Done,

    /// <summary>
    /// The block breaks RFC 7541. The dynamic table is out of step with the peer's from here on: a connection error of type COMPRESSION_ERROR
    /// (RFC 9113, section 4.3).
    /// </summary>
    CompressionError,
}
