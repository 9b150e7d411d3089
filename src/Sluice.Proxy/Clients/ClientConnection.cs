using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Addresses;
using Sluice.Http.Http1;
using Sluice.Proxy.Certificates;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Workers;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Clients;

/// <summary>
/// A client's connection. Over HTTP/1 it serves one request after another, until either side has had enough; what turns out to be HTTP/2 is handed to <see cref="Http2ClientConnection"/>.
/// </summary>
/// <remarks>
/// <code>
///           first byte           head complete           response sent
///  Idle ───────────────▶ Head ────────────────▶ Exchange ─────────────▶ Draining ──▶ Idle (connection reused)
///   │ keep_alive timeout   │ request_header timeout │ error                │ limit
///   ▼                      ▼ 408                    ▼                      ▼
/// Closed               Lingering ◀──────────────────┴──────────────────────┘ ──▶ Closed
/// </code>
/// An idle connection owns no buffer. Lives on its worker's loop.
/// </remarks>
internal sealed class ClientConnection : ISocketObserver, ITimerTarget
{
    // How long a shutdown waits for the first request of a connection.
    private const int LastRequestMs = 1_000;

    private readonly StreamSocket _socket;
    private readonly LoopTimer _timer;
    private Exchange? _exchange;
    private Http2ClientConnection? _http2;
    private int _requestCount;
    private IdleTime _idle;

    /// <summary>Takes a connection in.</summary>
    /// <param name="worker">The worker it belongs to.</param>
    /// <param name="socket">The connection.</param>
    /// <param name="peer">Who opened it.</param>
    /// <param name="listener">Where it came in.</param>
    public ClientConnection(Worker worker, StreamSocket socket, IpAddress peer, ListenerState listener)
    {
        Worker = worker;
        _socket = socket;
        _timer = socket.Loop.Timers.Create(this);
        Peer = peer;
        Listener = listener;
        socket.Observer = this;
    }

    /// <summary>The worker it belongs to.</summary>
    public Worker Worker { get; }

    /// <summary>The address at the other end of the connection; not necessarily the client's, if there are proxies between.</summary>
    public IpAddress Peer { get; }

    /// <summary>Where it came in.</summary>
    public ListenerState Listener { get; }

    /// <summary>Whether it counts among the connections of its client.</summary>
    public bool IsCountedByClient { get; init; }

    /// <summary>The socket.</summary>
    public StreamSocket Socket => _socket;

    /// <summary>What its handshake told; null without TLS.</summary>
    public ClientTls? Tls { get; private set; }

    /// <summary>The timer for what is read: idle, head, content. What is written has its own.</summary>
    public LoopTimer ReadTimer => _timer;

    /// <summary>Whether the connection ends with the request in progress.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The neighbours in the worker's list of connections.</summary>
    public ClientConnection? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public ClientConnection? Previous { get; set; }

    /// <summary>The buffer with the head of the request in progress, and whatever came behind it. Owned by the connection; null while idle.</summary>
    public PooledBuffer? Buffer { get; private set; }

    /// <summary>Where the bytes that were received and not used yet begin in <see cref="Buffer"/>.</summary>
    public int Start { get; set; }

    /// <summary>Where they end.</summary>
    public int End { get; set; }

    /// <summary>The port that need not be said: 443 with TLS, else 80.</summary>
    public int DefaultPort => Tls is null ? 80 : 443;

    // Only a connection that begins with it, and only where the listener says so (RFC 9113, section 3.3).
    private bool MaySpeakHttp2 => Listener.Plan.Http2 == Http2Mode.PriorKnowledge && Tls is null && _requestCount == 0;

    /// <summary>Serves the connection until it is closed. Nobody waits for that.</summary>
    [AsyncMethodBuilder(typeof(DetachedMethodBuilder))]
    public async ValueTask RunAsync()
    {
        try
        {
            // 0. Encrypt, where the listener says so. The handshake may choose HTTP/2.
            if (Listener.Tls is { } tls && !await EncryptAsync(tls))
            {
                return;
            }

            do
            {
                // 1. Wait for a request, without a buffer.
                if (End == Start)
                {
                    WaitForRequest();
                    IoResult ready = await _socket.WaitReadableAsync();
                    _idle.End();
                    if (ready.IsError)
                    {
                        break;
                    }
                }

                // 2. Read its head.
                Exchange exchange = BeginExchange();
                ReadStatus status;
                while ((status = ParseHead(exchange)) == ReadStatus.NeedMore)
                {
                    IoResult received = await _socket.ReceiveAsync(Buffer!.Array, End, Buffer.Length - End);
                    if (!TakeHeadBytes(exchange, received))
                    {
                        break;
                    }
                }

                if (exchange.Violation == Violation.Http2Preface && MaySpeakHttp2)
                {
                    DropExchange(exchange);
                    await ServeHttp2Async(Buffer!.Array.AsMemory(Start, End - Start));
                    return;
                }

                if (status == ReadStatus.NeedMore && !exchange.HasFailed)
                {
                    // The peer went away between requests, or within a head: nobody is there to be answered.
                    break;
                }

                // 3. Everything that happens to it.
                BeginPipeline(exchange);
                await Worker.Pipeline.RunAsync(exchange);

                // 4. Make the connection ready for the next, or be done with it.
            }
            while (await FinishAsync());
        }
        catch (Exception exception)
        {
            // Nothing that a peer does throws: this is a bug, reported and survived.
            Worker.OnBug(exception);
            AbandonExchange();
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Ends the connection after the request in progress or on its way; at once when there is none. Begins a shutdown.</summary>
    public void Drain()
    {
        IsLast = true;
        if (_http2 is not null)
        {
            _http2.Drain();
            return;
        }

        if (!_idle.IsRunning)
        {
            return;
        }

        if (_requestCount == 0 || _socket.UnreadBytes() > 0)
        {
            // Somebody connected a moment ago, or has asked already: a request is likely, and it is answered.
            _timer.Set(LastRequestMs);
        }
        else
        {
            _socket.CancelReceive(IoResult.Canceled);
        }
    }

    /// <summary>No request is on it from now on.</summary>
    /// <param name="timeoutMs">How long that may last, in milliseconds; less under overload.</param>
    public void BeginIdle(int timeoutMs) => _idle.Begin(_timer, _socket.Loop.NowMs, timeoutMs, Worker.Overload);

    /// <summary>A request is on it.</summary>
    public void EndIdle()
    {
        _timer.Stop();
        _idle.End();
    }

    /// <summary>How long it may be idle has changed.</summary>
    public void AdjustIdle()
    {
        if (!IsLast)
        {
            _idle.Adjust(_timer, _socket.Loop.NowMs, Worker.Overload);
        }
    }

    /// <summary>Ends the connection at once, whatever it is doing.</summary>
    public void Abort()
    {
        IsLast = true;
        if (_exchange is { } exchange)
        {
            exchange.Cancel(ProxyErrorCode.ShuttingDown);
        }

        _http2?.Abort();
        _socket.Reset();
    }

    /// <summary>Takes over what a content buffer holds of the next request, so that it is read from here.</summary>
    public void TakeLeftover(ReadOnlySpan<byte> bytes)
    {
        Debug.Assert(Start == End, "Bytes arrive in order.");
        Debug.Assert(bytes.Length <= BufferPool.LengthOf(BufferSize.Medium), "A content buffer is a medium one.");
        if (bytes.Length > Buffer!.Length)
        {
            _socket.Loop.Buffers.Return(Buffer);
            Buffer = _socket.Loop.Buffers.Rent(BufferSize.Medium);
        }

        bytes.CopyTo(Buffer.Array);
        Start = 0;
        End = bytes.Length;
    }

    /// <inheritdoc/>
    void ISocketObserver.OnUnexpectedEvent(StreamSocket socket)
    {
        if (_exchange is not { IsTunnel: false } exchange || !socket.PeerClosed)
        {
            // Data of a pipelined request waits its turn; a tunnel reads for itself.
            return;
        }

        bool hasUnread = End > Start || socket.UnreadBytes() > 0;
        if (socket.Broken || !(Worker.Limits.HalfCloseAllowed || hasUnread))
        {
            exchange.Cancel(ProxyErrorCode.ClientGone);
        }
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (_http2 is not null)
        {
            _http2.StopReading();
            return;
        }

        _socket.CancelReceive(IoResult.TimedOut);
        if (_socket.Tls is { IsEstablished: false, ReceivesEarlyData: false })
        {
            // A handshake waits for its own words to be taken, too.
            _socket.CancelSend(IoResult.TimedOut);
        }
    }

    /// <summary>Says in an exchange where it came from.</summary>
    public void Describe(Exchange exchange)
    {
        exchange.Snapshot = Worker.Snapshot;
        exchange.Limits = exchange.Snapshot.Plan.Limits;
        exchange.StartTimestamp = _socket.Loop.NowTimestamp;
        exchange.Listener = Listener;
        exchange.ClientTls = Tls;
        exchange.PeerAddress = Peer;
        exchange.ClientAddress = Peer;
    }

    /// <summary>Records an exchange that a bug has left in no known state, and gives back what it has at its server; neither it nor its server's connection is used again.</summary>
    public static void Abandon(Exchange exchange)
    {
        exchange.Fail(ProxyErrorCode.Internal);
        Forwarder.Abandon(exchange);
        exchange.Worker.Log(exchange);
    }

    // False when there is nothing left to do: the handshake failed, or HTTP/2 was chosen and has ended.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<bool> EncryptAsync(ListenerTls tls)
    {
        Tls = await ClientHandshake.RunAsync(this, tls);
        if (Tls is not null && _socket.Tls!.Protocol.SequenceEqual("h2"u8))
        {
            await ServeHttp2Async(default);
            return false;
        }

        return Tls is not null;
    }

    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask ServeHttp2Async(ReadOnlyMemory<byte> received)
    {
        EndIdle();
        _http2 = new Http2ClientConnection(this);
        // What was received has been copied when it waits for the first time.
        ValueTask running = _http2.RunAsync(received);
        ReturnBuffer();
        await running;
    }

    private void DropExchange(Exchange exchange)
    {
        exchange.Http1Client.End();
        _exchange = null;
        Worker.ReturnExchange(exchange);
    }

    private void WaitForRequest()
    {
        ReturnBuffer();
        BeginIdle(_requestCount == 0 ? Worker.Limits.RequestHeadTimeoutMs : Worker.Limits.KeepAliveTimeoutMs);
        if (IsLast)
        {
            // A shutdown began while the last response was on its way.
            _socket.Close();
        }
    }

    private Exchange BeginExchange()
    {
        Buffer ??= _socket.Loop.Buffers.Rent(BufferSize.Small);
        Exchange exchange = Worker.RentExchange();
        Describe(exchange);

        // What came behind the request before, with the handshake still not complete.
        exchange.IsEarlyData = End > Start && Tls is { ReceivesEarlyData: true };
        exchange.RequestReader.Begin(Start, exchange.Snapshot.RequestHeadLimits, DefaultPort);
        exchange.Client = exchange.Http1Client;
        exchange.Http1Client.Begin(this);
        _exchange = exchange;
        _timer.Set(Worker.Limits.RequestHeadTimeoutMs);
        return exchange;
    }

    // Reads as much of the head as is there, and makes room for more where it isn't complete.
    private ReadStatus ParseHead(Exchange exchange)
    {
        ReadStatus status = End > Start ? exchange.RequestReader.Read(Buffer!.Array, End) : ReadStatus.NeedMore;
        if (status == ReadStatus.NeedMore && End == Buffer!.Length)
        {
            MakeRoom(exchange);
        }

        if (status == ReadStatus.Failed)
        {
            exchange.Fail(ProxyErrorCode.BadRequest, exchange.RequestReader.Violation);
        }

        return status;
    }

    // A head that doesn't fit moves to a larger buffer, at the same place: its offsets stay true. The codec's limits end before the largest does.
    private void MakeRoom(Exchange exchange)
    {
        PooledBuffer full = Buffer!;
        if (Start > 0)
        {
            // Behind pipelined requests: the head moves to the front and is read again from there.
            full.Array.AsSpan(Start, End - Start).CopyTo(full.Array);
            End -= Start;
            Start = 0;
            exchange.RequestReader.Begin(0, exchange.Snapshot.RequestHeadLimits, DefaultPort);
            _ = exchange.RequestReader.Read(full.Array, End);
            return;
        }

        Debug.Assert(full.Size < BufferSize.Large, "The limits of a head are below the largest buffer.");
        PooledBuffer larger = _socket.Loop.Buffers.Rent(full.Size + 1);
        full.Array.AsSpan(0, End).CopyTo(larger.Array);
        _socket.Loop.Buffers.Return(full);
        Buffer = larger;

        // The head may be logged before it is read on.
        exchange.Request.Rebind(larger.Array);
    }

    private bool TakeHeadBytes(Exchange exchange, IoResult received)
    {
        if (received.Code > 0)
        {
            End += received.Bytes;
            exchange.IsEarlyData |= Tls is { ReceivesEarlyData: true };
            return true;
        }

        // A client that goes away before its head is complete is told nothing; one that is too slow is, if it has begun.
        if (received.IsTimedOut && End > Start)
        {
            exchange.Fail(ProxyErrorCode.RequestHeadTimeout);
        }

        return false;
    }

    private void BeginPipeline(Exchange exchange)
    {
        _timer.Stop();
        exchange.Id = Worker.NextRequestId();
        _requestCount++;
        IsLast |= _requestCount >= Worker.Limits.RequestsPerConnectionMax || Worker.Overload.Is(OverloadStep.Close);
        if (exchange.HasFailed)
        {
            exchange.BytesIn = End - Start;
            IsLast = true;
            return;
        }

        exchange.BytesIn = exchange.RequestReader.HeadEnd - Start;
        Start = exchange.RequestReader.HeadEnd;
        exchange.Http1Client.BeginContent(exchange);
    }

    // Whether another request can follow on this connection.
    [AsyncMethodBuilder(typeof(LoopMethodBuilder<>))]
    private async ValueTask<bool> FinishAsync()
    {
        Exchange exchange = _exchange!;
        Http1ClientStream stream = exchange.Http1Client;
        Worker.Log(exchange);
        bool reusable = exchange.ResponseCompleted && !exchange.IsTunnel && !_socket.IsClosed;
        if (reusable && !exchange.RequestCompleted)
        {
            // What the client still sends of its content has to go somewhere before the next request can be told from it.
            reusable = !stream.ClosesAfterResponse && exchange.ContentExpected && await stream.DrainAsync(exchange);
        }

        bool again = reusable && !stream.ClosesAfterResponse;
        if (!again && exchange.ResponseCompleted && !_socket.IsClosed)
        {
            await stream.LingerAsync(exchange);
        }

        stream.End();
        _exchange = null;
        Worker.ReturnExchange(exchange);
        return again && !_socket.IsClosed;
    }

    // What a bug leaves behind is in no known state: both connections close, and the exchange is recorded but not used again.
    private void AbandonExchange()
    {
        _socket.Close();
        if (_exchange is not { } exchange)
        {
            return;
        }

        _exchange = null;
        Abandon(exchange);
        exchange.Http1Client.End();
    }

    private void Close()
    {
        _timer.Remove();
        if (_exchange is { } exchange)
        {
            exchange.Http1Client.End();
            _exchange = null;
            Worker.ReturnExchange(exchange);
        }

        ReturnBuffer();

        _socket.Close();
        Worker.Remove(this);
    }
    private void ReturnBuffer()
    {
        if (Buffer is not null)
        {
            _socket.Loop.Buffers.Return(Buffer);
            Buffer = null;
        }

        Start = 0;
        End = 0;
    }
}
