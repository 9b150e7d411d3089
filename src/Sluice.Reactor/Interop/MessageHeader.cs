using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary><c>struct msghdr</c> of Linux on 64-bit machines.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}
