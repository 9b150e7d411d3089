using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>The parts of <c>struct statvfs</c> (statvfs(3)) that are used; the same on x64 and arm64, with glibc and musl.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct FileSystemStatusBuffer
{
    /// <summary>What blocks are counted in, in bytes.</summary>
    [FieldOffset(8)]
    public ulong FragmentBytes;

    /// <summary>Blocks that a user other than root may take.</summary>
    [FieldOffset(32)]
    public ulong AvailableBlocks;
}
