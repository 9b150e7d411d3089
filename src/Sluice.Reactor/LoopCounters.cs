namespace Sluice.Reactor;

/// <summary>What one event loop has done since it began. Written by the loop alone; other threads may read values that are a moment old.</summary>
public sealed class LoopCounters
{
    /// <summary>Calls of <c>recv</c>.</summary>
    public long Receives { get; internal set; }

    /// <summary>Calls of <c>send</c> and <c>sendmsg</c>.</summary>
    public long Sends { get; internal set; }

    /// <summary>Calls of <c>epoll_wait</c>.</summary>
    public long Waits { get; internal set; }

    /// <summary>Calls of <c>accept4</c>.</summary>
    public long Accepts { get; internal set; }

    /// <summary>All other system calls of sockets and polling: connect, close, epoll_ctl, socket options.</summary>
    public long OtherCalls { get; internal set; }

    /// <summary>Times that accepting paused because the process had no file descriptor or memory left.</summary>
    public long AcceptPauses { get; internal set; }

    /// <summary>All system calls.</summary>
    public long Calls => Receives + Sends + Waits + Accepts + OtherCalls;
}
