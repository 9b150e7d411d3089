namespace Sluice.Http.Http2;

/// <summary>The frames of HTTP/2 (RFC 9113, section 6); a frame of any other type is skipped.</summary>
public enum FrameType : byte
{
    Data = 0x0,
    Headers = 0x1,
    Priority = 0x2,
    ResetStream = 0x3,
    Settings = 0x4,
    PushPromise = 0x5,
    Ping = 0x6,
    GoAway = 0x7,
    WindowUpdate = 0x8,
    Continuation = 0x9,

    /// <summary>RFC 9218, section 7.1.</summary>
    PriorityUpdate = 0x10,
}
