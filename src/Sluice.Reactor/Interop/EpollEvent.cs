using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Reactor.Interop;

/// <summary>Access to <c>struct epoll_event</c>, which is packed to 12 bytes on x64 and has its natural 16 bytes everywhere else.</summary>
internal static unsafe class EpollEvent
{
    public const uint In = 0x001;
    public const uint Out = 0x004;
    public const uint Error = 0x008;
    public const uint HangUp = 0x010;
    public const uint PeerHangUp = 0x2000;
    public const uint Exclusive = 1u << 28;
    public const uint EdgeTriggered = 1u << 31;

    public static readonly int Size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = Size - 8;

    public static uint Events(byte* entry) => *(uint*)entry;

    public static ulong Data(byte* entry) => Unsafe.ReadUnaligned<ulong>(entry + DataOffset);

    public static void Write(byte* entry, uint events, ulong data)
    {
        *(uint*)entry = events;
        Unsafe.WriteUnaligned(entry + DataOffset, data);
    }
}
