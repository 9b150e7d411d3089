using System.Diagnostics;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;
using Sluice.Reactor.Sockets;

namespace Sluice.Reactor.Files;

/// <summary>An open file that several may read at once, each where it wants to. Closed when the last that retained it releases it. Belongs to one loop.</summary>
public sealed unsafe class OpenedFile
{
    private readonly EventLoop _loop;
    private int _owners = 1;

    internal OpenedFile(EventLoop loop, int fd, in FileStatus status)
    {
        _loop = loop;
        Descriptor = fd;
        Status = status;
    }

    /// <summary>What it was when it was opened.</summary>
    public FileStatus Status { get; }

    /// <summary>Its length in bytes when it was opened.</summary>
    public long Length => (long)Status.SizeBytes;

    /// <summary>Until when all of it may be taken to be in memory, in milliseconds of the loop's clock.</summary>
    internal long ResidentUntilMs { get; set; } = long.MinValue;

    /// <summary>The descriptor; -1 when it is closed.</summary>
    internal int Descriptor { get; private set; }

    /// <summary>Whether a failed <see cref="SendTo"/> is about the file and not about the socket.</summary>
    public static bool IsOwnError(IoResult result) =>
        result.Error is Errno.InputOutput or Errno.InvalidArgument or Errno.NoSuchCall or Errno.Overflow or Errno.NotSupported;

    /// <summary>Keeps it open until another <see cref="Release"/>.</summary>
    public void Retain()
    {
        Debug.Assert(_owners > 0, "Who retains it knows that it is open.");
        _owners++;
    }

    /// <summary>Lets it go.</summary>
    public void Release()
    {
        Debug.Assert(_owners > 0, "What was retained once is released once.");
        if (--_owners == 0)
        {
            _loop.Counters.OtherCalls++;
            _ = LibC.Close(Descriptor);
            Descriptor = -1;
        }
    }

    /// <summary>Moves as much of it into a socket as that takes, inside the kernel; 0 bytes: the file has none there any more.</summary>
    public IoResult SendTo(StreamSocket socket, long offset, int count) => socket.SendFile(Descriptor, offset, count);

    /// <summary>Reads from the disk if need be, and blocks as long: any thread.</summary>
    /// <returns>Bytes, 0 at the end of the file; or the error number negated.</returns>
    internal int Read(Span<byte> destination, long offset)
    {
        fixed (byte* start = destination)
        {
            nint read = LibC.ReadAt(Descriptor, start, (nuint)destination.Length, offset);
            return read < 0 ? -Marshal.GetLastPInvokeError() : (int)read;
        }
    }

    /// <summary>Reads what is in memory: EAGAIN negated where nothing is, and another error where that can't be asked for.</summary>
    internal int ReadResident(Span<byte> destination, long offset)
    {
        _loop.Counters.OtherCalls++;
        fixed (byte* start = destination)
        {
            IoVector vector = new() { Start = start, Length = (nuint)destination.Length };
            nint read = LibC.ReadV2(LibC.CallReadV2, Descriptor, &vector, 1, (nint)offset, 0, LibC.ReadNoWait);
            return read < 0 ? -Marshal.GetLastPInvokeError() : (int)read;
        }
    }
}
