using Sluice.Reactor.Interop;

namespace Sluice.Reactor.Sockets;

/// <summary>What a socket operation came to: a count of bytes, or an error number.</summary>
/// <param name="Code">Zero or more: bytes (for a receive, 0 is the peer's end of stream; for a wait, 0 is "ready"). Less: the negated error number.</param>
public readonly record struct IoResult(int Code)
{
    /// <summary>The operation was given up by its own side.</summary>
    public static readonly IoResult Canceled = new(-Errno.Canceled);

    /// <summary>The operation was given up because its time was up.</summary>
    public static readonly IoResult TimedOut = new(-Errno.TimedOut);

    /// <summary>The peer reset the connection.</summary>
    public static readonly IoResult Reset = new(-Errno.ConnectionReset);

    /// <summary>Whether it failed, with <see cref="Error"/> as the reason.</summary>
    public bool IsError => Code < 0;

    /// <summary>Bytes moved; only when it did not fail.</summary>
    public int Bytes => Code;

    /// <summary>The error number of Linux, or 0.</summary>
    public int Error => Code < 0 ? -Code : 0;

    /// <summary>Whether nothing could be done without waiting.</summary>
    public bool WouldBlock => Code == -Errno.TryAgain;

    /// <summary>Whether it was given up by <see cref="Canceled"/>.</summary>
    public bool IsCanceled => Code == -Errno.Canceled;

    /// <summary>Whether time ran out, here or in the kernel.</summary>
    public bool IsTimedOut => Code == -Errno.TimedOut;
}
