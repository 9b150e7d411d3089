namespace Sluice.Http.Http2;

/// <summary>Numbers and bytes that RFC 9113 fixes.</summary>
public static class Http2Constants
{
    /// <summary>The window of a stream and of the connection before anybody said otherwise, in bytes (section 6.9.2).</summary>
    public const int DefaultWindow = 65_535;

    /// <summary>What makes a SETTINGS or PING frame an answer (sections 6.5 and 6.7).</summary>
    public const FrameFlags Ack = FrameFlags.EndStream;

    /// <summary>The largest window, in bytes (section 6.9.1).</summary>
    public const int WindowMax = int.MaxValue;

    /// <summary>The largest payload that every peer takes, in bytes (section 4.2).</summary>
    public const int DefaultFrameBytes = 16_384;

    /// <summary>The largest payload that a peer may ask for, in bytes (section 6.5.2).</summary>
    public const int FrameBytesMax = 16_777_215;

    /// <summary>The size of the compression table before anybody said otherwise, in bytes (section 6.5.2).</summary>
    public const int DefaultTableBytes = 4096;

    /// <summary>What a client begins with (section 3.4).</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
}
