using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>What passes to and from a call of <see cref="LibZstd"/> (<c>ZSTD_inBuffer</c>, <c>ZSTD_outBuffer</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdBuffer
{
    public byte* Start;
    public nuint Size;
    public nuint Position;
}
