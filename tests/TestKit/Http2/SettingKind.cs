namespace Sluice.TestKit.Http2;

/// <summary>Parameters of SETTINGS (RFC 9113, section 6.5.2; RFC 8441, section 3; RFC 9218, section 2.1).</summary>
public enum SettingKind : ushort
{
    HeaderTableSize = 0x1,
    EnablePush = 0x2,
    MaxConcurrentStreams = 0x3,
    InitialWindowSize = 0x4,
    MaxFrameSize = 0x5,
    MaxHeaderListSize = 0x6,
    EnableConnectProtocol = 0x8,
    NoRfc7540Priorities = 0x9,
}
