using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sluice.Reactor.Interop;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Tls;

namespace Sluice.Reactor.Sockets;

/// <summary>A connected stream socket (TCP or unix) of one event loop, never touched by another thread.</summary>
/// <remarks>
/// Registered once, edge-triggered. Readiness is remembered: an operation tries the system call when the last one or an event says that it can
/// succeed, and else waits. A receive that fills less than it was offered has drained the socket (epoll(7), "edge-triggered"), so the next
/// one waits without the call that would only say EAGAIN.
/// </remarks>
public sealed class StreamSocket : PollTarget
{
    private readonly EventLoop _loop;
    private readonly LoopCompletion<IoResult> _receive = new();
    private readonly LoopCompletion<IoResult> _send = new();
    private int _fd;
    private bool _readable;
    private bool _writable;
    private bool _sendEnded;
    private bool _waitOnly;
    private bool _isReset;
    private byte[]? _receiveArray;
    private int _receiveOffset;
    private int _receiveCount;
    private SendSegment _first;
    private SendSegment _second;
    private SendSegment _third;
    private int _sent;
    private int _sendFlags = LibC.MsgNoSignal;
    private TlsState? _tls;

    internal StreamSocket(EventLoop loop, int fd)
    {
        _loop = loop;
        _fd = fd;
    }

    /// <summary>The loop that owns the socket.</summary>
    public EventLoop Loop => _loop;

    /// <summary>Whether it was closed on this side.</summary>
    public bool IsClosed => _fd < 0;

    /// <summary>Whether the peer has ended its sending side, or the connection is broken. Data may still be unread.</summary>
    public bool PeerClosed { get; private set; }

    /// <summary>
    /// Whether nothing can reach the peer any more: a reset, another error, or a unix peer that closed. What it sent before may still be unread.
    /// Two orderly ends, one of each side, are no failure.
    /// </summary>
    public bool Broken { get; private set; }

    /// <summary>Whether a receive would find something: data, the end of the stream, or an error.</summary>
    public bool IsReadable => _readable || _tls is { HasPending: true };

    /// <summary>TLS with the peer; null while bytes go as they are.</summary>
    public TlsState? Tls => _tls;

    /// <summary>Whether a send is waiting for the peer to take what it was sent.</summary>
    public bool IsSendPending => _send.IsPending;

    /// <summary>Whether the kernel may have something to be received.</summary>
    internal bool KernelHasMore => _readable;

    /// <summary>The last error of the kernel, negated.</summary>
    internal int LastError { get; private set; } = -Errno.ConnectionReset;

    /// <summary>The loop's clock in milliseconds.</summary>
    internal long NowMs => _loop.NowMs;

    private int TotalToSend => _first.Count + _second.Count + _third.Count;

    /// <summary>Bytes that the pending send has handed to the kernel so far.</summary>
    public int SentSoFar => _sent;

    /// <summary>Hears of events that no pending receive takes; null for nobody.</summary>
    public ISocketObserver? Observer { get; set; }

    /// <summary>Receives what is there into <paramref name="array"/>, waiting for the first byte. 0 bytes is the end of the stream.</summary>
    /// <remarks>The array belongs to the operation until it ends. <see cref="CancelReceive"/> ends it early.</remarks>
    public ValueTask<IoResult> ReceiveAsync(byte[] array, int offset, int count)
    {
        Debug.Assert(count > 0, "A receive of nothing can't tell the end of the stream.");
        if (IsReadable)
        {
            IoResult result = ReceiveNow(array, offset, count);
            if (!result.WouldBlock)
            {
                return new ValueTask<IoResult>(result);
            }
        }

        if (_fd < 0)
        {
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        _receiveArray = array;
        _receiveOffset = offset;
        _receiveCount = count;
        return _receive.Begin();
    }

    /// <summary>Waits until a receive would find something, without owning a buffer meanwhile.</summary>
    public ValueTask<IoResult> WaitReadableAsync()
    {
        if (IsReadable || _fd < 0)
        {
            return new ValueTask<IoResult>(_fd < 0 ? IoResult.Canceled : default);
        }

        _waitOnly = true;
        return _receive.Begin();
    }

    /// <summary>Sends everything of one segment; the result is the count, or the error with <see cref="SentSoFar"/> as far as it came.</summary>
    public ValueTask<IoResult> SendAsync(byte[] array, int offset, int count) =>
        SendAsync(new SendSegment(array, offset, count), default, default);

    /// <summary>Sends everything of up to three segments with one system call where the kernel takes it.</summary>
    public ValueTask<IoResult> SendAsync(SendSegment first, SendSegment second, SendSegment third)
    {
        Debug.Assert(!_send.IsPending, "One send at a time.");
        if (_fd < 0)
        {
            return new ValueTask<IoResult>(IoResult.Canceled);
        }

        _first = first;
        _second = second;
        _third = third;
        _sent = 0;
        IoResult result = SendNow();
        if (result.WouldBlock)
        {
            return _send.Begin();
        }

        _sendFlags = LibC.MsgNoSignal;
        return new ValueTask<IoResult>(result);
    }

    /// <summary>
    /// Sends everything of one segment, of which the kernel is told that more follows at once: the two leave in packets that are full. Without TLS only.
    /// </summary>
    public ValueTask<IoResult> SendWithMoreAsync(byte[] array, int offset, int count)
    {
        Debug.Assert(_tls is null, "Records of TLS are whole by themselves.");
        _sendFlags = LibC.MsgNoSignal | LibC.MsgMore;
        return SendAsync(array, offset, count);
    }

    /// <summary>Begins TLS as the server: everything from here on is encrypted. Ends as <see cref="HandshakeAsync"/> does.</summary>
    public ValueTask<IoResult> AcceptTlsAsync(TlsServerContext context)
    {
        Debug.Assert(_tls is null, "TLS begins once.");
        _tls = _fd < 0 ? null : TlsState.Accept(this, context);
        return _tls is null ? new ValueTask<IoResult>(new IoResult(-Errno.OutOfMemory)) : HandshakeAsync();
    }

    /// <summary>Begins TLS as the client of a server of that name or address, which its certificate has to have. Ends as <see cref="HandshakeAsync"/> does.</summary>
    public ValueTask<IoResult> ConnectTlsAsync(TlsClientContext context, string serverName, TlsSessionSlot sessions)
    {
        Debug.Assert(_tls is null, "TLS begins once.");
        _tls = _fd < 0 ? null : TlsState.Connect(this, context, serverName, sessions);
        return _tls is null ? new ValueTask<IoResult>(new IoResult(-Errno.OutOfMemory)) : HandshakeAsync();
    }

    /// <summary>
    /// Goes on with the handshake to its end: 0, or an error with the reason in <see cref="Tls"/>. Ends early, as a call that would block, when the policy wants
    /// to be asked again: then it is called again. <see cref="CancelReceive"/> and <see cref="CancelSend"/> end it.
    /// </summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    public async ValueTask<IoResult> HandshakeAsync()
    {
        while (_fd >= 0)
        {
            IoResult result = _tls!.Handshake();
            if (!result.WouldBlock || _tls.WaitsForChoice)
            {
                return result;
            }

            IoResult ready = await (_tls.HoldsOutput ? WaitWritableAsync() : WaitReadableAsync());
            if (ready.IsError)
            {
                return ready;
            }
        }

        return IoResult.Canceled;
    }

    /// <summary>Speaks without TLS from here on: to tell a peer so that never began it.</summary>
    public void AbandonTls()
    {
        TlsState? tls = _tls;
        _tls = null;
        tls?.Free();
    }

    /// <summary>Ends a pending receive or wait with <paramref name="result"/>; nothing happens when none is pending.</summary>
    public void CancelReceive(IoResult result)
    {
        if (_receive.IsPending)
        {
            CompleteReceive(result);
        }
    }

    /// <summary>Ends a pending send with <paramref name="result"/>; what the kernel took stays sent.</summary>
    public void CancelSend(IoResult result)
    {
        if (_send.IsPending)
        {
            CompleteSend(result);
        }
    }

    /// <summary>Ends the sending side: the peer reads the end of the stream after what was sent.</summary>
    public void ShutdownSend()
    {
        if (_fd >= 0)
        {
            _sendEnded = true;
            _tls?.SendEnd();
            _loop.Counters.OtherCalls++;
            _ = LibC.Shutdown(_fd, LibC.ShutWrite);
        }
    }

    /// <summary>Bytes received and not read yet; with TLS, whether there are any: 1 or 0.</summary>
    public unsafe int UnreadBytes()
    {
        if (_tls is not null)
        {
            return _fd >= 0 && IsReadable && _tls.PeekContent() ? 1 : 0;
        }

        int count = 0;
        _loop.Counters.OtherCalls++;
        return _fd >= 0 && LibC.Ioctl(_fd, LibC.FIONREAD, &count) == 0 ? count : 0;
    }

    /// <summary>
    /// Whether something is there to be received, or the stream has ended. Asks the kernel only where that is not known: after a receive or splice that
    /// got all it asked for.
    /// </summary>
    public bool HasUnread()
    {
        if (_tls is not null)
        {
            return IsReadable && (UnreadBytes() > 0 || PeerClosed);
        }

        if (_readable && !PeerClosed && UnreadBytes() == 0)
        {
            _readable = false;
        }

        return _readable;
    }

    /// <summary>Closes the socket. Pending operations end with <see cref="IoResult.Canceled"/>, inline.</summary>
    public void Close()
    {
        if (_fd < 0)
        {
            return;
        }

        if (_tls is not null && !_isReset)
        {
            _tls.SendEnd();
        }

        int fd = _fd;
        _fd = -1;
        Observer = null;
        _readable = false;
        _writable = false;
        _loop.Release(this, fd);
        _tls?.Free();
        CancelSend(IoResult.Canceled);
        CancelReceive(IoResult.Canceled);
    }

    /// <summary>Closes the socket with a reset, so that the peer can't take what it got for the whole.</summary>
    public unsafe void Reset()
    {
        if (_fd >= 0)
        {
            _isReset = true;
            long lingerOnZeroSeconds = 1;
            _loop.Counters.OtherCalls++;
            _ = LibC.SetSocketOption(_fd, LibC.SolSocket, LibC.SoLinger, &lingerOnZeroSeconds, sizeof(long));
            Close();
        }
    }

    /// <summary>The error that the kernel keeps for the socket, 0 for none; reading clears it. How a connect ended.</summary>
    internal unsafe int TakeError()
    {
        int error = 0;
        uint length = sizeof(int);
        _loop.Counters.OtherCalls++;
        return LibC.GetSocketOption(_fd, LibC.SolSocket, LibC.SoError, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    /// <summary>Waits until the socket can be written, after a call that said it can't. How a connect waits for its end, and a splice for its peer.</summary>
    public ValueTask<IoResult> WaitWritableAsync()
    {
        if (_fd < 0 || _writable)
        {
            return new ValueTask<IoResult>(_fd < 0 ? IoResult.Canceled : default);
        }

        ForgetSegments();
        return _send.Begin();
    }

    /// <summary>The peer has ended its side in order, above the kernel: nothing follows what was received.</summary>
    internal void EndByPeer()
    {
        PeerClosed = true;
        _readable = true;
    }

    /// <summary>What the peer sends makes no sense any more.</summary>
    internal void BreakByPeer()
    {
        EndByPeer();
        Broken = true;
    }

    /// <summary>Moves received bytes into an empty pipe without copying them; 0 is the end of the stream.</summary>
    internal unsafe IoResult SpliceTo(int pipe, int max)
    {
        _loop.Counters.Receives++;
        nint moved = LibC.Splice(_fd, null, pipe, null, (nuint)max, LibC.SpliceMove | LibC.SpliceNonBlock);
        if (moved >= 0)
        {
            PeerClosed |= moved == 0;
            return new IoResult((int)moved);
        }

        int error = Marshal.GetLastPInvokeError();
        _readable = error != Errno.TryAgain;
        Broken |= error is not (Errno.TryAgain or Errno.Interrupted);
        return new IoResult(error == Errno.Interrupted ? -Errno.TryAgain : -error);
    }

    /// <summary>Moves bytes from a pipe into the socket.</summary>
    internal unsafe IoResult SpliceFrom(int pipe, int count)
    {
        _loop.Counters.Sends++;
        nint moved = LibC.Splice(pipe, null, _fd, null, (nuint)count, LibC.SpliceMove | LibC.SpliceNonBlock);
        if (moved >= 0)
        {
            return new IoResult((int)moved);
        }

        int error = Marshal.GetLastPInvokeError();
        _writable = error != Errno.TryAgain;
        Broken |= error is not (Errno.TryAgain or Errno.Interrupted);
        return new IoResult(error == Errno.Interrupted ? -Errno.TryAgain : -error);
    }

    /// <summary>
    /// Moves bytes of a file into the socket without copying them (sendfile(2)). 0 bytes: the file has none there. An error may be the file's
    /// (<see cref="Files.OpenedFile.IsOwnError"/>), and then the socket is as good as before.
    /// </summary>
    internal unsafe IoResult SendFile(int file, long offset, int count)
    {
        Debug.Assert(_tls is null, "What is encrypted goes through this process.");
        if (_fd < 0)
        {
            return IoResult.Canceled;
        }

        _loop.Counters.Sends++;
        nint moved = LibC.SendFile(_fd, file, &offset, (nuint)count);
        if (moved >= 0)
        {
            return new IoResult((int)moved);
        }

        int error = Marshal.GetLastPInvokeError();
        var result = new IoResult(error == Errno.Interrupted ? -Errno.TryAgain : -error);
        _writable = error != Errno.TryAgain;
        Broken |= !result.WouldBlock && !Files.OpenedFile.IsOwnError(result);
        return result;
    }

    internal override void OnEvents(uint events)
    {
        // A hang-up says that both directions have ended, which is in order after an end of this side's own.
        Broken |= (events & EpollEvent.Error) != 0 || (!_sendEnded && (events & EpollEvent.HangUp) != 0);
        if ((events & (EpollEvent.Error | EpollEvent.HangUp)) != 0)
        {
            PeerClosed = true;
            _readable = true;
            _writable = true;
        }

        PeerClosed |= (events & EpollEvent.PeerHangUp) != 0;
        _readable |= (events & (EpollEvent.In | EpollEvent.PeerHangUp)) != 0;
        _writable |= (events & EpollEvent.Out) != 0;
        if (_writable && _send.IsPending)
        {
            ContinueSend();
        }

        // A receive may have been waiting for something to be sent first.
        _readable |= _writable && _tls is { HoldsOutput: true };

        if (_readable && _fd >= 0)
        {
            ContinueReceive(events);
        }
    }

    private void ContinueReceive(uint events)
    {
        if (!_receive.IsPending)
        {
            TellObserver(events);
            return;
        }

        IoResult result = _waitOnly ? default : ReceiveNow(_receiveArray!, _receiveOffset, _receiveCount);
        if (!result.WouldBlock)
        {
            CompleteReceive(result);
        }
    }

    // A continuation that ran earlier in the same batch may have received the very bytes that this event tells of.
    private void TellObserver(uint events)
    {
        if (Observer is null || (events & ~EpollEvent.Out) == 0)
        {
            return;
        }

        bool hasUnread = UnreadBytes() > 0;
        if (!PeerClosed && !hasUnread)
        {
            _readable = false;
            return;
        }

        Observer.OnUnexpectedEvent(this);
    }

    private void ContinueSend()
    {
        IoResult result = TotalToSend == 0 ? default : SendNow();
        if (!result.WouldBlock)
        {
            CompleteSend(result);
        }
    }

    private void CompleteReceive(IoResult result)
    {
        _receiveArray = null;
        _waitOnly = false;
        _receive.Complete(result);
    }

    private void CompleteSend(IoResult result)
    {
        _sendFlags = LibC.MsgNoSignal;
        ForgetSegments();
        _send.Complete(result);
    }

    private void ForgetSegments()
    {
        _first = default;
        _second = default;
        _third = default;
    }

    private unsafe IoResult ReceiveNow(byte[] array, int offset, int count)
    {
        Span<byte> destination = array.AsSpan(offset, count);
        if (_tls is not null)
        {
            return _tls.Receive(destination);
        }

        fixed (byte* start = destination)
        {
            return ReceiveRaw(start, count);
        }
    }

    /// <summary>One receive from the kernel, with what it says about the next.</summary>
    internal unsafe IoResult ReceiveRaw(byte* start, int count)
    {
        while (true)
        {
            _loop.Counters.Receives++;
            nint received = LibC.Receive(_fd, start, (nuint)count, 0);

            if (received >= 0)
            {
                // A full buffer may hide more; behind the peer's FIN the end of the stream is still to be read.
                _readable = received == count || received == 0 || PeerClosed;
                PeerClosed |= received == 0;
                return new IoResult((int)received);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Errno.Interrupted)
            {
                continue;
            }

            _readable = error != Errno.TryAgain;
            Broken |= _readable;
            LastError = -error;
            return new IoResult(-error);
        }
    }

    /// <summary>One send to the kernel.</summary>
    internal unsafe IoResult SendRaw(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            nint sent;
            _loop.Counters.Sends++;
            fixed (byte* start = bytes)
            {
                sent = LibC.Send(_fd, start, (nuint)bytes.Length, LibC.MsgNoSignal);
            }

            if (sent >= 0)
            {
                return new IoResult((int)sent);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Errno.Interrupted)
            {
                continue;
            }

            _writable = false;
            Broken |= error != Errno.TryAgain;
            LastError = -error;
            return new IoResult(-error);
        }
    }

    // Sends until all is sent or the kernel takes no more. The kernel takes a whole message at once unless its buffer is full.
    private IoResult SendNow()
    {
        if (_tls is not null)
        {
            IoResult result = _tls.Send(_first, _second, _third, ref _sent);
            _writable &= !result.WouldBlock;
            Broken |= result.IsError && !result.WouldBlock;
            return result;
        }

        int total = TotalToSend;
        while (_sent < total)
        {
            _loop.Counters.Sends++;
            nint sent = _second.Count + _third.Count == 0 ? SendOne() : SendSeveral();
            if (sent >= 0)
            {
                _sent += (int)sent;
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == Errno.Interrupted)
            {
                continue;
            }

            _writable = false;
            Broken |= error != Errno.TryAgain;
            return new IoResult(-error);
        }

        return new IoResult(total);
    }

    private unsafe nint SendOne()
    {
        ReadOnlySpan<byte> rest = _first.From(_sent);
        fixed (byte* start = rest)
        {
            return LibC.Send(_fd, start, (nuint)rest.Length, _sendFlags);
        }
    }

    private unsafe nint SendSeveral()
    {
        ReadOnlySpan<byte> first = _first.From(_sent);
        ReadOnlySpan<byte> second = _second.From(_sent - _first.Count);
        ReadOnlySpan<byte> third = _third.From(_sent - _first.Count - _second.Count);
        fixed (byte* firstStart = first, secondStart = second, thirdStart = third)
        {
            // Segments that are sent already are empty by now; the kernel skips them.
            IoVector* vectors = stackalloc IoVector[3];
            vectors[0] = new IoVector { Start = firstStart, Length = (nuint)first.Length };
            vectors[1] = new IoVector { Start = secondStart, Length = (nuint)second.Length };
            vectors[2] = new IoVector { Start = thirdStart, Length = (nuint)third.Length };
            MessageHeader message = new() { Vectors = vectors, VectorCount = 3 };
            return LibC.SendMessage(_fd, &message, _sendFlags);
        }
    }
}
