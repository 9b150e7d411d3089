namespace Sluice.Http.Http2;

/// <summary>What a SETTINGS frame can say (RFC 9113, section 6.5.2); anything else is skipped.</summary>
public enum SettingId : ushort
{
    HeaderTableSize = 0x1,
    EnablePush = 0x2,
    MaxConcurrentStreams = 0x3,
    InitialWindowSize = 0x4,
    MaxFrameSize = 0x5,
    MaxHeaderListSize = 0x6,

    /// <summary>RFC 8441, section 3.</summary>
    EnableConnectProtocol = 0x8,

    /// <summary>RFC 9218, section 2.1.</summary>
    NoRfc7540Priorities = 0x9,
}
