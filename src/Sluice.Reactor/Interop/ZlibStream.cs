using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>What passes to and from a call of <see cref="LibZlib"/>, in the layout of the shared framework's library (<c>PAL_ZStream</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZlibStream
{
    public byte* NextIn;
    public byte* NextOut;
    public nint Message;
    public nint State;
    public uint AvailableIn;
    public uint AvailableOut;
}
