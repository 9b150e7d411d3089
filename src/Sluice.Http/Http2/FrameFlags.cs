namespace Sluice.Http.Http2;

/// <summary>The flags of frames (RFC 9113, section 6); what a bit means depends on the frame's type.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>DATA and HEADERS: nothing follows on the stream from this side. SETTINGS and PING: <see cref="Http2Constants.Ack"/>.</summary>
    EndStream = 0x1,

    /// <summary>HEADERS and CONTINUATION: the field block ends with this frame.</summary>
    EndHeaders = 0x4,

    /// <summary>DATA and HEADERS: the first byte says how many bytes at the end mean nothing.</summary>
    Padded = 0x8,

    /// <summary>HEADERS: five bytes of the old priority scheme come first.</summary>
    Priority = 0x20,
}
