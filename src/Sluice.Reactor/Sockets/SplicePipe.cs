using System.Diagnostics;
using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Sockets;

/// <summary>A pipe through which bytes move from one socket to another without being copied through this process (splice(2)).</summary>
/// <remarks>
/// The kernel bounds what it holds: 32 parts, which are pages or, from a card or a loopback with large receives, up to 32 KiB each. Filled only while it
/// is empty: then "would block" can only mean that the socket has nothing. One loop, one user at a time.
/// </remarks>
public sealed unsafe class SplicePipe
{
    // Twice the default of Linux, so that 100 KB which are pages of a file pass in one go (measured: docs/decisions/0005).
    private const int SizeBytes = 128 * 1024;

    private readonly EventLoop _loop;
    private readonly int _readEnd;
    private readonly int _writeEnd;

    private SplicePipe(EventLoop loop, int readEnd, int writeEnd)
    {
        _loop = loop;
        _readEnd = readEnd;
        _writeEnd = writeEnd;
    }

    /// <summary>Bytes on their way.</summary>
    public int Buffered { get; private set; }

    /// <summary>Creates a pipe; null when there are no descriptors for it, and then bytes are copied instead.</summary>
    public static SplicePipe? TryCreate(EventLoop loop)
    {
        int* ends = stackalloc int[2];
        loop.Counters.OtherCalls++;
        if (LibC.Pipe(ends, LibC.OpenNonBlock | LibC.OpenCloExec) != 0)
        {
            return null;
        }

        // Refused when the user's pipes have taken all the memory they may: then it keeps its first size.
        loop.Counters.OtherCalls++;
        _ = LibC.FileControl(ends[1], LibC.SetPipeSize, SizeBytes);
        var pipe = new SplicePipe(loop, ends[0], ends[1]);
        if (DescriptorReserve.Holds(ends[0]) || DescriptorReserve.Holds(ends[1]))
        {
            pipe.Close();
            return null;
        }

        return pipe;
    }

    /// <summary>Takes up to <paramref name="max"/> bytes from a socket; 0 is the end of its stream.</summary>
    public IoResult Fill(StreamSocket from, int max)
    {
        Debug.Assert(Buffered == 0, "A pipe is filled while it is empty.");
        IoResult moved = from.SpliceTo(_writeEnd, max);
        Buffered += Math.Max(moved.Code, 0);
        return moved;
    }

    /// <summary>Gives as much of it to a socket as that takes.</summary>
    public IoResult Drain(StreamSocket to)
    {
        Debug.Assert(Buffered > 0, "There is something to give.");
        IoResult moved = to.SpliceFrom(_readEnd, Buffered);
        Buffered -= Math.Max(moved.Code, 0);
        return moved;
    }

    /// <summary>Closes the pipe with whatever is in it.</summary>
    public void Close()
    {
        _loop.Counters.OtherCalls += 2;
        _ = LibC.Close(_readEnd);
        _ = LibC.Close(_writeEnd);
    }
}
