using System.Diagnostics.CodeAnalysis;

namespace Sluice.TestKit.Http2;

/// <summary>Flags of frames; bit 0 means something else for each kind (RFC 9113, section 6).</summary>
[Flags]
[SuppressMessage("Design", "CA1069", Justification = "One bit has two names in the RFC.")]
public enum FrameMarks : byte
{
    None = 0,
    EndStream = 0x1,
    Ack = 0x1,
    EndHeaders = 0x4,
    Padded = 0x8,
    Priority = 0x20,
}
