using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Interop;
using Sluice.Reactor.Sockets;

namespace Sluice.Reactor.Tls;

/// <summary>TLS of one connection: OpenSSL's <c>SSL</c> object between a socket and whoever reads and writes it. Of the socket's loop alone.</summary>
/// <remarks>
/// OpenSSL calls back into <see cref="TlsBio"/> for each read and write. What it writes is gathered in the loop's <see cref="TlsOutput"/> and sent at the end of
/// the operation; what the kernel doesn't take is held here, in a buffer of the loop's pool, and goes out before anything else.
/// </remarks>
public sealed unsafe class TlsState
{
    // The first records after a pause are small, so that the first bytes can be used before a whole record has crossed the network: each fits a packet.
    private const int SmallRecordBytes = 1_350;
    private const int SmallRecordsTotal = 16 * 1024;
    private const int PauseMs = 1_000;

    [ThreadStatic]
    private static TlsState? CurrentState;

    private readonly StreamSocket _socket;
    private readonly TlsOutput _output;
    private nint _ssl;
    private nint _cipher;
    private PooledBuffer? _held;
    private int _heldStart;
    private int _heldEnd;
    private IoResult? _deferred;
    private bool _readWantsWrite;
    private bool _hasPending;
    private bool _isRefused;
    private int _sentSincePause;
    private long _lastSendMs;
    private EarlyDataPhase _earlyPhase;
    private bool _hasEarlyData;
    private byte[]? _early;
    private int _earlyStart;

    private TlsState(StreamSocket socket, TlsContext context, nint ssl, TlsOutput output)
    {
        _socket = socket;
        Context = context;
        _ssl = ssl;
        _output = output;
    }

    /// <summary>Whether the handshake is complete: the peer is who it says, as far as it was asked.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>
    /// Whether everything that was received so far came as early data (RFC 8446, section 2.3): it may be a recording until the handshake is complete, which
    /// takes more than the end of early data.
    /// </summary>
    public bool ReceivesEarlyData => _hasEarlyData && !IsEstablished;

    /// <summary>Why TLS ended.</summary>
    public TlsFailure Failure { get; private set; }

    /// <summary>The reason in OpenSSL's words; null while there is none.</summary>
    public string? FailureText { get; private set; }

    /// <summary>The host that the client asked for, in lower case; null for none.</summary>
    public string? ServerName { get; private set; }

    /// <summary>What the policy put into its choice.</summary>
    public object? Tag => Choice?.Tag;

    /// <summary>Whether the handshake waits for <see cref="StreamSocket.HandshakeAsync"/> to be called again.</summary>
    public bool WaitsForChoice { get; private set; }

    /// <summary>Whether the session was resumed.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>Whether TLS 1.3 is spoken, else 1.2.</summary>
    public bool IsVersion13 { get; private set; }

    /// <summary>The cipher's name; null before the handshake.</summary>
    public string? CipherName => _cipher == 0 ? null : Marshal.PtrToStringUTF8((nint)LibSsl.CipherName(_cipher));

    /// <summary>The application protocol that was agreed on (RFC 7301); empty for none. Valid until the socket is closed.</summary>
    public ReadOnlySpan<byte> Protocol
    {
        get
        {
            if (_ssl == 0)
            {
                return default;
            }

            byte* start;
            uint length;
            LibSsl.SelectedAlpn(_ssl, &start, &length);
            return new ReadOnlySpan<byte>(start, (int)length);
        }
    }

    /// <summary>What OpenSSL's callbacks on this thread belong to.</summary>
    internal static TlsState? Current => CurrentState;

    internal TlsContext Context { get; }

    internal TlsChoice? Choice { get; private set; }

    /// <summary>Where new sessions go; null for nowhere.</summary>
    internal TlsSessionSlot? Sessions { get; set; }

    /// <summary>Whether the kernel said that nothing follows.</summary>
    internal bool IsAtEnd { get; private set; }

    /// <summary>Whether a receive would find something that OpenSSL holds.</summary>
    internal bool HasPending => _hasPending || _deferred is not null || _early is not null;

    /// <summary>Whether something has to be sent before anything else can be.</summary>
    internal bool HoldsOutput => _held is not null || _readWantsWrite;

    /// <summary>The peer's certificate and those that it sent with it, in DER; empty when it showed none. Allocates.</summary>
    public IReadOnlyList<byte[]> PeerCertificates()
    {
        var certificates = new List<byte[]>();
        if (_ssl == 0)
        {
            return certificates;
        }

        nint own = LibSsl.PeerCertificate(_ssl);
        if (OpenSsl.Write(own) is { } leaf)
        {
            certificates.Add(leaf);
        }

        // Of a client the chain doesn't have the leaf; of a server it does.
        nint chain = LibSsl.PeerChain(_ssl);
        for (int i = 0; chain != 0 && i < LibCrypto.StackCount(chain); i++)
        {
            nint certificate = LibCrypto.StackValue(chain, i);
            if (certificate != own && OpenSsl.Write(certificate) is { } other)
            {
                certificates.Add(other);
            }
        }

        return certificates;
    }

    /// <summary>TLS with a client; null when there is no memory for it.</summary>
    internal static TlsState? Accept(StreamSocket socket, TlsServerContext context)
    {
        TlsState? state = Create(socket, context);
        if (state is not null)
        {
            LibSsl.SetAcceptState(state._ssl);
            state._earlyPhase = context.EarlyDataBytesMax > 0 ? EarlyDataPhase.Handshake : EarlyDataPhase.None;
        }

        return state;
    }

    /// <summary>TLS with a server; null when there is no memory for it.</summary>
    internal static TlsState? Connect(StreamSocket socket, TlsClientContext context, string serverName, TlsSessionSlot sessions)
    {
        TlsState? state = Create(socket, context);
        if (state is null)
        {
            return null;
        }

        LibSsl.SetConnectState(state._ssl);
        if (!context.Prepare(state._ssl, serverName))
        {
            state.Free();
            return null;
        }

        state.Sessions = sessions;
        sessions.Offer(state._ssl);
        return state;
    }

    /// <summary>Goes on with the handshake as far as it can. The result is 0 when it is complete, or early data is there.</summary>
    internal IoResult Handshake()
    {
        WaitsForChoice = false;
        IoResult flushed = Flush();
        if (flushed.IsError)
        {
            return flushed;
        }

        _readWantsWrite = false;

        IoResult result = _earlyPhase is EarlyDataPhase.Handshake ? BeginEarlyData() : Advance();

        // OpenSSL asks for the certificates in the same call in which it had the choice made.
        Choice?.Release();
        IoResult sent = Flush();
        return result.IsError && !result.WouldBlock ? result : sent.IsError ? sent : result;
    }

    /// <summary>Receives what was decrypted; 0 is the end that the peer gave.</summary>
    internal IoResult Receive(Span<byte> destination)
    {
        if (_early is not null)
        {
            return TakeEarly(destination);
        }

        if (_deferred is { } deferred)
        {
            _deferred = null;
            return deferred;
        }

        if (_readWantsWrite && Flush().IsError)
        {
            return new IoResult(-Errno.TryAgain);
        }

        _readWantsWrite = false;
        int total = 0;
        fixed (byte* start = destination)
        {
            while (total < destination.Length && (total == 0 || _hasPending || _socket.KernelHasMore))
            {
                int count = Read(start + total, destination.Length - total);
                if (count > 0)
                {
                    total += count;
                    _hasPending = LibSsl.HasPending(_ssl) == 1;
                    continue;
                }

                _hasPending = false;
                IoResult ended = Classify(count);
                FlushAlert();
                if (total == 0)
                {
                    return ended;
                }

                _deferred = ended.WouldBlock ? null : ended;
                break;
            }
        }

        if (_output.Count > 0)
        {
            // An answer to a key update goes out with the next thing that is sent, or now.
            _ = Flush();
        }

        return new IoResult(total);
    }

    /// <summary>Whether there is content to be received, or the end. Takes in what isn't content, such as session tickets.</summary>
    internal bool PeekContent()
    {
        if (_early is not null || _deferred is not null)
        {
            return _early is not null;
        }

        if (!IsEstablished)
        {
            return _socket.KernelHasMore;
        }

        byte one;
        Enter();
        int count = LibSsl.Peek(_ssl, &one, 1);
        if (count > 0)
        {
            _hasPending = true;
            return true;
        }

        IoResult ended = Classify(count);
        _hasPending = false;
        FlushAlert();
        if (!ended.WouldBlock)
        {
            _deferred = ended;
        }

        return false;
    }

    /// <summary>Sends segments from <paramref name="sent"/> on, and counts there what was handed over.</summary>
    internal IoResult Send(SendSegment first, SendSegment second, SendSegment third, ref int sent)
    {
        IoResult flushed = Flush();
        int total = first.Count + second.Count + third.Count;
        if (_socket.NowMs - _lastSendMs > PauseMs)
        {
            _sentSincePause = 0;
        }

        _lastSendMs = _socket.NowMs;
        while (sent < total && !flushed.IsError)
        {
            while (sent < total && _output.HasRoom)
            {
                int size = _sentSincePause < SmallRecordsTotal && total - sent > SmallRecordBytes ? SmallRecordBytes : TlsOutput.RecordBytesMax;
                int written = Write(NextRecord(first, second, third, sent, size));
                if (written <= 0)
                {
                    IoResult failed = Classify(written);
                    FlushAlert();
                    return failed;
                }

                sent += written;
                _sentSincePause = Math.Min(_sentSincePause + written, SmallRecordsTotal);
            }

            flushed = Flush();
        }

        return flushed.IsError ? flushed : new IoResult(total);
    }

    /// <summary>Tells the peer that nothing follows (RFC 8446, section 6.1), as far as the kernel takes it now.</summary>
    internal void SendEnd()
    {
        if (IsEstablished && Failure == TlsFailure.None && _held is null)
        {
            Enter();
            _ = LibSsl.Shutdown(_ssl);
            LibCrypto.ClearErrors();
            _ = Flush();
        }
    }

    /// <summary>Frees everything. The socket is closed.</summary>
    internal void Free()
    {
        ReturnHeld();
        Choice?.Release();
        Enter();
        LibSsl.Free(_ssl);
        LibCrypto.ClearErrors();
        _output.Clear();
        _ssl = 0;
        _hasPending = false;
        _readWantsWrite = false;
        _deferred = null;
        _early = null;
        CurrentState = null;
    }

    internal TlsChoice Choose(in ClientHello hello)
    {
        ServerName ??= hello.ServerName.IsEmpty ? null : Encoding.ASCII.GetString(hello.ServerName).ToLowerInvariant();

        // A second first message, after a retry (RFC 8446, section 4.1.4), may come in the same call.
        Choice?.Release();
        Choice = ((TlsServerContext)Context).Policy.Choose(hello);
        _isRefused = Choice.Kind == TlsChoiceKind.Refuse;
        return Choice;
    }

    internal int ReceiveCipherText(byte* buffer, int count)
    {
        if (!_socket.KernelHasMore)
        {
            return -Errno.TryAgain;
        }

        int received = _socket.ReceiveRaw(buffer, count).Code;
        IsAtEnd |= received == 0;
        return received;
    }

    // While something is held, nothing may overtake it.
    internal int TakeCipherText(ReadOnlySpan<byte> bytes) => _held is null ? _output.Add(bytes) : 0;

    private static TlsState? Create(StreamSocket socket, TlsContext context)
    {
        nint ssl = context.NewConnection();
        nint bio = ssl == 0 ? 0 : TlsBio.New();
        if (bio == 0)
        {
            LibSsl.Free(ssl);
            LibCrypto.ClearErrors();
            return null;
        }

        LibSsl.SetBio(ssl, bio, bio);
        return new TlsState(socket, context, ssl, socket.Loop.TlsOutput);
    }

    private static ReadOnlySpan<byte> PartOf(SendSegment segment, int from, int count)
    {
        ReadOnlySpan<byte> rest = segment.From(from);
        return rest[..Math.Min(rest.Length, count)];
    }

    private void Enter()
    {
        Debug.Assert(_ssl != 0, "Nothing happens after the end.");
        CurrentState = this;

        // OpenSSL takes what others left in the thread's queue, such as .NET reading a certificate, for a failure of this connection.
        LibCrypto.ClearErrors();
    }

    private int Read(byte* buffer, int count)
    {
        Enter();
        if (_earlyPhase != EarlyDataPhase.Reading)
        {
            return ReadContent(buffer, count);
        }

        nuint read;
        int status = LibSsl.ReadEarlyData(_ssl, buffer, (nuint)count, &read);
        if (status == LibSsl.EarlyDataSuccess)
        {
            return (int)read;
        }

        if (status == LibSsl.EarlyDataError)
        {
            return -1;
        }

        _earlyPhase = EarlyDataPhase.None;
        return ReadContent(buffer, count);
    }

    // Behind early data, the last message of the handshake comes with any later read.
    private int ReadContent(byte* buffer, int count)
    {
        int read = LibSsl.Read(_ssl, buffer, count);
        if (!IsEstablished && LibSsl.IsFinished(_ssl) == 1)
        {
            Establish();
        }

        return read;
    }

    private int Write(ReadOnlySpan<byte> record)
    {
        Enter();
        fixed (byte* start = record)
        {
            if (IsEstablished)
            {
                return LibSsl.Write(_ssl, start, record.Length);
            }

            if (LibSsl.IsFinished(_ssl) == 1)
            {
                Establish();
                return LibSsl.Write(_ssl, start, record.Length);
            }

            nuint written;
            return LibSsl.WriteEarlyData(_ssl, start, (nuint)record.Length, &written) == 1 ? (int)written : -1;
        }
    }

    // One record: of a large segment where it is, of small ones put together.
    private ReadOnlySpan<byte> NextRecord(SendSegment first, SendSegment second, SendSegment third, int sent, int size)
    {
        ReadOnlySpan<byte> part = PartOf(first, sent, size);
        int rest = first.Count + second.Count + third.Count - sent;
        if (part.Length == size || part.Length == rest)
        {
            return part;
        }

        Span<byte> gathered = _output.Gathered.AsSpan(0, Math.Min(size, rest));
        part.CopyTo(gathered);
        int filled = part.Length;
        part = PartOf(second, sent + filled - first.Count, gathered.Length - filled);
        if (filled == 0 && part.Length == gathered.Length)
        {
            return part;
        }

        part.CopyTo(gathered[filled..]);
        filled += part.Length;
        part = PartOf(third, sent + filled - first.Count - second.Count, gathered.Length - filled);
        if (filled == 0)
        {
            return part;
        }

        part.CopyTo(gathered[filled..]);
        return gathered;
    }

    private void Establish()
    {
        IsEstablished = true;
        IsResumed = LibSsl.SessionReused(_ssl) == 1;
        IsVersion13 = LibSsl.Version(_ssl) == LibSsl.Version13;
        _cipher = LibSsl.CurrentCipher(_ssl);
    }

    private IoResult Advance()
    {
        Enter();
        int done = LibSsl.Handshake(_ssl);
        if (done == 1)
        {
            Establish();
            _hasPending = LibSsl.HasPending(_ssl) == 1;
            return default;
        }

        return Classify(done);
    }

    // Early data, if there is any, comes before the handshake is complete: then its first bytes are kept for the first receive.
    private IoResult BeginEarlyData()
    {
        // One record at most, and nothing is written meanwhile. A client that sends its first message byte by byte costs no memory for each.
        byte[] buffer = _output.Gathered;
        nuint read;
        Enter();
        fixed (byte* start = buffer)
        {
            int status = LibSsl.ReadEarlyData(_ssl, start, (nuint)buffer.Length, &read);
            if (status == LibSsl.EarlyDataError)
            {
                return Classify(-1);
            }

            if (status == LibSsl.EarlyDataFinish)
            {
                _earlyPhase = EarlyDataPhase.None;
                return Advance();
            }
        }

        _earlyPhase = EarlyDataPhase.Reading;
        _hasEarlyData = true;
        _early = buffer[..(int)read];
        _earlyStart = 0;
        _hasPending = LibSsl.HasPending(_ssl) == 1;
        return default;
    }

    private IoResult TakeEarly(Span<byte> destination)
    {
        int count = Math.Min(destination.Length, _early!.Length - _earlyStart);
        _early.AsSpan(_earlyStart, count).CopyTo(destination);
        _earlyStart += count;
        if (_earlyStart == _early.Length)
        {
            _early = null;
        }

        return new IoResult(count);
    }

    // What a call that did not succeed means. The thread's queue of errors is empty afterwards, as OpenSSL wants it before each call.
    private IoResult Classify(int result)
    {
        int error = LibSsl.GetError(_ssl, result);
        switch (error)
        {
            case LibSsl.ErrorWantRead:
                return new IoResult(-Errno.TryAgain);
            case LibSsl.ErrorWantWrite:
                _readWantsWrite = true;
                return new IoResult(-Errno.TryAgain);
            case LibSsl.ErrorWantClientHello:
                WaitsForChoice = true;
                return new IoResult(-Errno.TryAgain);
            case LibSsl.ErrorZeroReturn:
                _socket.EndByPeer();
                return default;
        }

        ulong code = LibCrypto.GetError();
        LibCrypto.ClearErrors();
        _socket.BreakByPeer();
        if (error == LibSsl.ErrorSystemCall || code == 0)
        {
            return new IoResult(IsAtEnd ? -Errno.ConnectionReset : _socket.LastError);
        }

        Failure = _isRefused ? TlsFailure.UnknownName : TlsErrors.Classify(code);
        if (Failure == TlsFailure.CertificateInvalid)
        {
            nint verified = LibSsl.VerifyResult(_ssl);
            Failure = TlsErrors.ClassifyCertificate(verified);
            FailureText = Marshal.PtrToStringUTF8((nint)LibCrypto.VerifyErrorText(verified));
        }
        else
        {
            FailureText = OpenSsl.Text(code);
        }

        return new IoResult(-Errno.ProtocolError);
    }

    // What is said about a failure goes out before the connection ends, as far as the kernel takes it.
    private void FlushAlert()
    {
        if (_output.Count > 0)
        {
            _ = Flush();
        }
    }

    // Hands over to the kernel what was encrypted; what it doesn't take is held.
    private IoResult Flush()
    {
        if (_held is not null)
        {
            IoResult held = SendHeld();
            if (held.IsError)
            {
                return held;
            }
        }

        if (_output.Count == 0)
        {
            return default;
        }

        IoResult sent = _socket.SendRaw(_output.Bytes);
        if (sent.WouldBlock || (!sent.IsError && sent.Bytes < _output.Count))
        {
            ReadOnlySpan<byte> rest = _output.Bytes[Math.Max(sent.Code, 0)..];
            _held = _socket.Loop.Buffers.Rent(BufferSize.Large);
            Debug.Assert(rest.Length <= _held.Length, "The output is smaller than the largest buffer.");
            rest.CopyTo(_held.Array);
            _heldStart = 0;
            _heldEnd = rest.Length;
            sent = new IoResult(-Errno.TryAgain);
        }

        _output.Clear();
        return sent.IsError ? sent : default;
    }

    private IoResult SendHeld()
    {
        while (_heldStart < _heldEnd)
        {
            IoResult sent = _socket.SendRaw(_held!.Array.AsSpan(_heldStart, _heldEnd - _heldStart));
            if (sent.IsError)
            {
                return sent;
            }

            _heldStart += sent.Bytes;
        }

        ReturnHeld();
        return default;
    }

    private void ReturnHeld()
    {
        if (_held is not null)
        {
            _socket.Loop.Buffers.Return(_held);
            _held = null;
        }
    }
}
