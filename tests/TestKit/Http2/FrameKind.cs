namespace Sluice.TestKit.Http2;

/// <summary>Types of frames (RFC 9113, section 6; RFC 9218, section 7.1).</summary>
public enum FrameKind : byte
{
    Data = 0x0,
    Headers = 0x1,
    Priority = 0x2,
    Reset = 0x3,
    Settings = 0x4,
    PushPromise = 0x5,
    Ping = 0x6,
    GoAway = 0x7,
    WindowUpdate = 0x8,
    Continuation = 0x9,
    PriorityUpdate = 0x10,
}
