using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2;
using Sluice.Http.Http2.Hpack;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Http2;
using Sluice.Proxy.Overload;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Clients;

/// <summary>A client's HTTP/2 connection: each request is an exchange of its own, and runs through the same pipeline as those of HTTP/1.</summary>
/// <remarks>
/// <code>
///            request                        last request done
///  Idle ───────────────▶ Serving ──────────────────────────────▶ Idle
///   │ keep_alive timeout    │ shutdown, requests per connection    │
///   ▼                       ▼ GOAWAY(2^31-1), PING                 ▼
/// Closed ◀──────────── Draining: GOAWAY(last) at the answer ◀──────┘
/// </code>
/// An idle connection owns no buffer.
/// </remarks>
internal sealed class Http2ClientConnection : Http2Connection
{
    // How long a client may take to answer the PING that goes with the first GOAWAY.
    private const int DrainPingMs = 1_000;

    private static readonly byte[] DrainPing = "sluice\0\0"u8.ToArray();

    private readonly ClientConnection _connection;
    private LoopTimer? _drainTimer;
    private uint _lastSeenStream;
    private int _running;
    private int _requestCount;
    private bool _isDraining;
    private bool _isPeerLeaving;
    private bool _refusesStreams;
    private bool _isEarlyData;

    public Http2ClientConnection(ClientConnection connection)
        : base(connection.Worker, connection.Socket)
    {
        _connection = connection;
    }

    /// <inheritdoc/>
    protected override bool IsServer => true;

    /// <inheritdoc/>
    protected internal override int WriteTimeoutMs => Limits.ResponseWriteIdleTimeoutMs;

    /// <inheritdoc/>
    protected override int FrameTimeoutMs => Limits.RequestHeadTimeoutMs;

    private ProxyLimits Limits => Worker.Limits;

    /// <summary>Serves the connection until it is closed.</summary>
    /// <param name="received">What was received before anybody knew that it is HTTP/2.</param>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    public async ValueTask RunAsync(ReadOnlyMemory<byte> received)
    {
        Worker.Http2.CountConnection();
        ProxyLimits limits = Limits;
        Writer.WriteSettings([
            (SettingId.MaxConcurrentStreams, (uint)limits.Http2StreamsMax),
            (SettingId.InitialWindowSize, StreamWindow),
            (SettingId.MaxHeaderListSize, (uint)limits.RequestFieldBytesMax),
            (SettingId.EnableConnectProtocol, 1),
            (SettingId.NoRfc7540Priorities, 1),
        ]);
        if (_connection.IsLast)
        {
            // A shutdown began before the client did.
            Drain();
        }

        var reader = new Http2FrameReader(this, expectsPreface: true);
        if (!received.IsEmpty)
        {
            reader.TakeReceived(received.Span);
        }

        _connection.BeginIdle(limits.RequestHeadTimeoutMs);
        await ReadAsync(reader);
        _connection.EndIdle();
        if (!HasFailed)
        {
            WriteGoAway(LastPeerStream, Http2ErrorCode.NoError);
        }

        _drainTimer?.Remove();
        await CloseAsync();
    }

    /// <summary>Ends the connection after the requests in progress or on their way; at once when there are none (RFC 9113, section 6.8).</summary>
    public void Drain()
    {
        if (_isDraining || HasFailed)
        {
            return;
        }

        // First without a limit, since requests may be on their way; the answer to the PING comes behind them.
        _isDraining = true;
        WriteGoAway(FrameHeader.StreamIdMask, Http2ErrorCode.NoError);
        Writer.WritePing(DrainPing, isAck: false);
        _drainTimer = Worker.Loop.Timers.Create(this);
        _drainTimer.Set(DrainPingMs);
    }

    /// <summary>Ends all exchanges at once; the socket is the caller's to close.</summary>
    public void Abort()
    {
        StreamsEndBy = ProxyErrorCode.ShuttingDown;
        Fail(Http2Fault.None, Http2ErrorCode.NoError);
    }

    /// <summary>Why exchanges end whose streams do.</summary>
    public ProxyErrorCode StreamsEndBy { get; private set; } = ProxyErrorCode.ClientGone;

    /// <summary>A response was given up because the client took too little of it.</summary>
    public void OnStalled() => Report(Http2Fault.StalledStream);

    /// <inheritdoc/>
    protected internal override void OnHeaders(uint streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        if ((streamId & 1) == 0)
        {
            Fail(Http2Fault.ProtocolError, Http2ErrorCode.ProtocolError);
        }
        else if (FindStream(streamId) is { } stream)
        {
            OnTrailers(stream, block, endStream);
        }
        else if (streamId > _lastSeenStream)
        {
            _lastSeenStream = streamId;
            OnRequest(streamId, block, endStream);
        }
        else if (Skip(block))
        {
            OnClosedStream(streamId);
        }
    }

    /// <inheritdoc/>
    protected override void OnGoAway(uint lastStreamId, Http2ErrorCode error)
    {
        // The client opens no more streams, and waits for those it has.
        _isPeerLeaving = true;
        EndIfDrained();
    }

    /// <inheritdoc/>
    protected override void OnSettingsChanged()
    {
    }

    /// <inheritdoc/>
    protected override void OnPingAck() => FinishDraining();

    /// <inheritdoc/>
    protected override void OnStreamClosed(Http2Stream stream)
    {
    }

    /// <inheritdoc/>
    protected override void OnReceived(bool continues) => _isEarlyData = _connection.Tls is { ReceivesEarlyData: true } || (_isEarlyData && continues);

    /// <inheritdoc/>
    protected override void OnPriorityUpdate(uint streamId, StreamPriority priority)
    {
        if (FindStream(streamId) is not { } stream)
        {
            return;
        }

        bool waits = stream.IsReady;
        Writer.StopWaiting(stream);
        stream.Priority = priority;
        if (waits)
        {
            Writer.WaitToWrite(stream);
        }
    }

    /// <inheritdoc/>
    protected override void Report(Http2Fault fault)
    {
        if (fault != Http2Fault.None)
        {
            Worker.ReportHttp2(_connection.Listener, fault);
        }
    }

    /// <inheritdoc/>
    protected override bool IsIdle(uint streamId) => (streamId & 1) == 0 || streamId > _lastSeenStream;

    /// <inheritdoc/>
    protected override void OnTimer(LoopTimer timer) => FinishDraining();

    // A request whose client may not open another stream is not acted upon, and the client is told so: it may send it again elsewhere.
    private void OnRequest(uint streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        if (_refusesStreams)
        {
            // What else comes for it is thrown away, too (RFC 9113, section 6.8).
            RememberEnded(streamId);
            if (Skip(block))
            {
                TryTolerate(Http2Fault.TooManyStreams, Http2Score.CheapFrame);
            }

            return;
        }

        LastPeerStream = streamId;
        if (_running >= Limits.Http2StreamsMax)
        {
            if (Skip(block))
            {
                WriteReset(streamId, Http2ErrorCode.RefusedStream);
                TryTolerate(Http2Fault.TooManyStreams, Http2Score.Reset);
            }
        }
        else
        {
            BeginRequest(streamId, block, endStream);
        }
    }

    private void BeginRequest(uint streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        Exchange exchange = Worker.RentExchange();
        _connection.Describe(exchange);
        exchange.IsEarlyData = _isEarlyData;
        exchange.BytesIn = block.Length + FrameHeader.Bytes;
        exchange.Id = Worker.NextRequestId();
        RequestSectionReader section = Worker.RequestSection;
        if (!section.TryRead(
            exchange.Request, Decoder, block, Worker.SectionBuffer, exchange.Snapshot.RequestHeadLimits, _connection.DefaultPort, endStream))
        {
            Worker.ReturnExchange(exchange);
            Fail(Http2Fault.CompressionError, Http2ErrorCode.CompressionError);
            return;
        }

        Http2ClientStream client = exchange.Http2Client;
        exchange.Client = client;
        client.Begin(this, streamId, section.Length, endStream);
        AddStream(client.Stream);
        _connection.EndIdle();
        _running++;
        Worker.Http2.CountStream();
        if (++_requestCount >= Limits.RequestsPerConnectionMax || Worker.Overload.Is(OverloadStep.Close))
        {
            Drain();
        }

        Violation violation = section.Violation;
        if (violation == Violation.None)
        {
            _ = RunAsync(client);
            return;
        }

        exchange.Fail(ProxyErrorCode.BadRequest, violation);
        if (SectionFaults.IsMalformed(violation))
        {
            exchange.Status = Violations.Get(violation).Status;
            EndStream(client.Stream, Http2ErrorCode.ProtocolError);
            Finish(client);
            TryTolerate(Http2Fault.ServerResets, Http2Score.ForcedReset);
        }
        else
        {
            _ = RunAsync(client);
            if (violation is Violation.FieldsTooLarge or Violation.TooManyFields)
            {
                // A few bytes can make a large section: that is answered once in a while, not all the time.
                TryTolerate(Http2Fault.HeaderListTooLarge, Http2Score.ForcedReset);
            }
        }
    }

    [AsyncMethodBuilder(typeof(DetachedMethodBuilder))]
    private async ValueTask RunAsync(Http2ClientStream client)
    {
        try
        {
            if (client.AwaitsEnd)
            {
                await client.ReadEndAsync();
            }

            await Worker.Pipeline.RunAsync(client.Exchange);
        }
        catch (Exception exception)
        {
            // Nothing that a peer does throws: this is a bug, reported and survived.
            Worker.OnBug(exception);
            ClientConnection.Abandon(client.Exchange);
            EndStream(client.Stream, Http2ErrorCode.InternalError);
            client.End();
            OnRequestEnded();
            return;
        }

        Finish(client);
    }

    // A response that is complete before its request: the client need not send the rest (RFC 9113, section 8.1).
    private void Finish(Http2ClientStream client)
    {
        Exchange exchange = client.Exchange;
        Worker.Log(exchange);
        if (exchange.ResponseCompleted)
        {
            OnServed();
        }

        EndStream(client.Stream, exchange.ResponseCompleted ? Http2ErrorCode.NoError : Http2ErrorCode.InternalError);
        client.End();
        Worker.ReturnExchange(exchange);
        OnRequestEnded();
    }

    private void OnRequestEnded()
    {
        if (--_running == 0 && !HasFailed)
        {
            _connection.BeginIdle(Limits.KeepAliveTimeoutMs);
            EndIfDrained();
        }
    }

    private void OnTrailers(Http2Stream stream, ReadOnlySpan<byte> block, bool endStream)
    {
        if (stream.RemoteEnded || !endStream)
        {
            // RFC 9113, sections 5.1 and 8.1: nothing follows the end, and trailers are the end.
            bool isClosed = stream.RemoteEnded;
            if (Skip(block))
            {
                RejectStream(stream, isClosed ? Http2ErrorCode.StreamClosed : Http2ErrorCode.ProtocolError);
            }

            return;
        }

        if (!((Http2ClientStream)stream.Owner).TryReadTrailers(Decoder, block))
        {
            Fail(Http2Fault.CompressionError, Http2ErrorCode.CompressionError);
            return;
        }

        OnRemoteEnd(stream);
        Touch(stream);
    }

    // What was on its way when this side ended the stream is no offence; anything else is for a stream that both sides have ended.
    private void OnClosedStream(uint streamId)
    {
        if (WasReset(streamId))
        {
            TryTolerate(Http2Fault.ServerResets, Http2Score.Reset);
        }
        else
        {
            Fail(Http2Fault.StreamClosed, Http2ErrorCode.StreamClosed);
        }
    }

    private void FinishDraining()
    {
        if (_isDraining && !_refusesStreams && !HasFailed)
        {
            _refusesStreams = true;
            _drainTimer?.Stop();
            WriteGoAway(LastPeerStream, Http2ErrorCode.NoError);
            EndIfDrained();
        }
    }

    private void EndIfDrained()
    {
        bool mayEnd = _isDraining ? _refusesStreams : _isPeerLeaving;
        if (mayEnd && _running == 0)
        {
            StopReading();
        }
    }
}
