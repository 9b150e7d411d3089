using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>glibc's <c>struct mallinfo2</c>: what its allocator holds, in bytes, of all arenas together.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MallocStatus
{
    public nuint FromSystem;
    public nuint FreeChunks;
    public nuint FastChunks;
    public nuint Mappings;
    public nuint MappedBytes;
    public nuint Unused;
    public nuint FastBytes;
    public nuint UsedBytes;
    public nuint FreeBytes;
    public nuint TopBytes;
}
