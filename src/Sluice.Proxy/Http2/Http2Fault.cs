namespace Sluice.Proxy.Http2;

/// <summary>What peers do wrong on HTTP/2 connections, as it is logged and counted. <see cref="Http2Faults"/> has the names.</summary>
public enum Http2Fault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A frame that has no place where it came, or breaks a rule for which there is no other name.</summary>
    ProtocolError,

    /// <summary>More bytes than the window allowed, or a window above its bound.</summary>
    FlowControlError,

    /// <summary>A frame of a length that it can't have.</summary>
    FrameSizeError,

    /// <summary>A field block that can't be decoded.</summary>
    CompressionError,

    /// <summary>Frames for streams that were ended.</summary>
    StreamClosed,

    /// <summary>A field block above its limit.</summary>
    HeaderListTooLarge,

    /// <summary>A field block in too many frames.</summary>
    ContinuationFlood,

    /// <summary>A field block that was not complete in time.</summary>
    HeaderTimeout,

    /// <summary>Requests that the client gave up, one after another (CVE-2023-44487).</summary>
    RapidReset,

    /// <summary>Streams that this side had to reset because of what the peer did (CVE-2025-8671).</summary>
    ServerResets,

    /// <summary>PING after PING (CVE-2019-9512).</summary>
    PingFlood,

    /// <summary>SETTINGS after SETTINGS (CVE-2019-9515).</summary>
    SettingsFlood,

    /// <summary>DATA without content that ends nothing (CVE-2019-9518).</summary>
    EmptyFrames,

    /// <summary>PRIORITY and PRIORITY_UPDATE without end (CVE-2019-9513).</summary>
    PriorityFlood,

    /// <summary>Windows opened by a few bytes at a time (CVE-2019-9511).</summary>
    WindowUpdateFlood,

    /// <summary>Content in parts of a few bytes.</summary>
    TinyData,

    /// <summary>Streams opened above the number that was allowed.</summary>
    TooManyStreams,

    /// <summary>Frames of unknown types without end.</summary>
    UnknownFrames,

    /// <summary>Nothing of what this side sends is taken.</summary>
    StalledConnection,

    /// <summary>A stream whose content nobody takes.</summary>
    StalledStream,

    /// <summary>A server that pushes without being asked to.</summary>
    UnexpectedPush,
}
