using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Tls;

/// <summary>OpenSSL's view of a socket: what it reads comes straight from the kernel, what it writes is gathered and sent with one call.</summary>
/// <remarks>
/// The socket remembers whether the kernel has anything left (<see cref="Sockets.StreamSocket"/>), so that a read which would only be told to try again is
/// not made: OpenSSL's own BIO makes two more calls for each request.
/// </remarks>
internal static unsafe class TlsBio
{
    private static readonly nint Method = Create();

    /// <summary>One for a connection, which owns it; 0 when there is no memory.</summary>
    public static nint New()
    {
        nint bio = LibCrypto.BioNew(Method);
        if (bio != 0)
        {
            LibCrypto.BioSetInit(bio, 1);
        }

        return bio;
    }

    private static nint Create()
    {
        const int sourceSink = 0x400;
        nint method = LibCrypto.BioMethodNew(LibCrypto.BioNewIndex() | sourceSink, "sluice socket");
        _ = LibCrypto.BioMethodSetRead(method, &OnRead);
        _ = LibCrypto.BioMethodSetWrite(method, &OnWrite);
        _ = LibCrypto.BioMethodSetControl(method, &OnControl);
        return method;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(nint bio, byte* buffer, int count)
    {
        LibCrypto.BioClearFlags(bio, LibCrypto.BioRetryFlags);
        int received = TlsState.Current!.ReceiveCipherText(buffer, count);
        if (received == -Errno.TryAgain)
        {
            LibCrypto.BioSetFlags(bio, LibCrypto.BioRetryRead);
            return -1;
        }

        return Math.Max(received, -1);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(nint bio, byte* buffer, int count)
    {
        LibCrypto.BioClearFlags(bio, LibCrypto.BioRetryFlags);
        int taken = TlsState.Current!.TakeCipherText(new ReadOnlySpan<byte>(buffer, count));
        if (taken == 0)
        {
            LibCrypto.BioSetFlags(bio, LibCrypto.BioRetryWrite);
            return -1;
        }

        return taken;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnControl(nint bio, int command, nint number, void* pointer) => command switch
    {
        LibCrypto.BioControlFlush => 1,
        LibCrypto.BioControlEof => TlsState.Current is { IsAtEnd: true } ? 1 : 0,
        _ => 0,
    };
}
