using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;
using Sluice.Reactor.Timers;

namespace Sluice.Reactor.Sockets;

/// <summary>Accepts connections from a listening socket on one event loop.</summary>
/// <remarks>
/// Level-triggered, so that what one tick leaves comes up in the next. When descriptors or memory run out, it stops listening for events and
/// tries again every 100 ms: the queue of the kernel holds the connections meanwhile, and nothing spins. It does so before the table of
/// descriptors is quite full, see <see cref="DescriptorReserve"/>.
/// </remarks>
public sealed class Listener : PollTarget, ITimerTarget
{
    private const int AcceptsPerTick = 64;
    private const int PauseMs = 100;

    private readonly EventLoop _loop;
    private readonly ListeningSocket _socket;
    private readonly IAcceptor _acceptor;
    private readonly LoopTimer _timer;
    private bool _closed;

    /// <summary>Starts accepting; called on the loop.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="socket">The socket; closed by <see cref="Close"/> unless it is shared.</param>
    /// <param name="index">The number of the listener in the configuration, for whoever accepts.</param>
    /// <param name="acceptor">Who gets the connections.</param>
    /// <exception cref="ReactorException">The kernel has no memory or epoll watch left for it.</exception>
    public Listener(EventLoop loop, ListeningSocket socket, int index, IAcceptor acceptor)
    {
        _loop = loop;
        _socket = socket;
        _acceptor = acceptor;
        _timer = loop.Timers.Create(this);
        Index = index;
        ReactorException.ThrowIfFailed(-loop.Register(this, socket.Fd, ArmedEvents), "epoll_ctl");
    }

    /// <summary>The number of the listener in the configuration.</summary>
    public int Index { get; }

    /// <summary>Whether accepting waits for descriptors or memory.</summary>
    public bool IsPaused { get; private set; }

    private uint ArmedEvents => EpollEvent.In | (_socket.IsShared ? EpollEvent.Exclusive : 0);

    /// <summary>Accepts what the kernel has queued so far, before <see cref="Close"/> would reset it.</summary>
    public void AcceptQueued() => Accept(int.MaxValue);

    /// <summary>Stops accepting, and closes the socket unless other loops share it.</summary>
    public void Close()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _timer.Stop();
        if (Slot >= 0)
        {
            _loop.Detach(this, _socket.Fd);
        }

        if (!_socket.IsShared)
        {
            _socket.Dispose();
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (_closed)
        {
            return;
        }

        IsPaused = false;
        _loop.Counters.OtherCalls += 2;
        if (DescriptorReserve.IsReached())
        {
            Pause(Errno.TooManyFiles);
            return;
        }

        AcceptSome();
        if (!IsPaused && !_closed)
        {
            Resume();
        }
    }

    internal override void OnEvents(uint events) => AcceptSome();

    private void AcceptSome() => Accept(AcceptsPerTick);

    private unsafe void Accept(int max)
    {
        byte* address = stackalloc byte[KernelAddress.BytesMax];
        for (int i = 0; i < max && !_closed; i++)
        {
            uint length = KernelAddress.BytesMax;
            _loop.Counters.Accepts++;
            int fd = LibC.Accept(_socket.Fd, address, &length, LibC.SockNonBlock | LibC.SockCloExec);
            int error = fd < 0 ? Marshal.GetLastPInvokeError() : Deliver(fd, new ReadOnlySpan<byte>(address, (int)length));
            if (error is Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.NoBufferSpace or Errno.OutOfMemory or Errno.NoSpace)
            {
                Pause(error);
                return;
            }

            if (error is not (0 or Errno.Interrupted or Errno.ConnectionAborted or Errno.ProtocolError))
            {
                // EAGAIN: the queue is empty. Anything else is about one connection that is gone.
                return;
            }
        }
    }

    // Hands a connection over. Returns 0, or why accepting must pause after it.
    private int Deliver(int fd, ReadOnlySpan<byte> address)
    {
        PeerAddress peer = KernelAddress.ReadPeer(address);
        if (_loop.Adopt(fd, out int refused) is not { } socket)
        {
            return refused;
        }

        bool isLast = DescriptorReserve.Holds(fd);
        _acceptor.OnAccepted(this, socket, peer);
        return isLast ? Errno.TooManyFiles : 0;
    }

    // EPOLLEXCLUSIVE forbids modification, so a shared socket leaves the set and enters it again; both kinds do, for one way to do it.
    private void Pause(int error)
    {
        if (_closed)
        {
            return;
        }

        IsPaused = true;
        _timer.Set(PauseMs);
        if (Slot < 0)
        {
            return;
        }

        // Said once, however often the retries find that nothing has changed.
        _loop.Counters.AcceptPauses++;
        _loop.Detach(this, _socket.Fd);
        _acceptor.OnAcceptPaused(this, error);
    }

    // The kernel may refuse for want of memory or epoll watches; then the pause goes on.
    private void Resume()
    {
        if (Slot < 0 && _loop.Register(this, _socket.Fd, ArmedEvents) != 0)
        {
            IsPaused = true;
            _timer.Set(PauseMs);
        }
    }
}
