using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2;
using Sluice.Http.Http2.Hpack;
using Sluice.Proxy.Forwarding;
using Sluice.Proxy.Pipeline;
using Sluice.Proxy.Workers;
using Sluice.Reactor;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Http2;

/// <summary>An HTTP/2 connection, of either side: windows, settings, streams, and one queue of frames that leaves once per tick of the loop.</summary>
/// <remarks>
/// <code>
///  receive ─▶ Http2FrameReader ─▶ On…(frame) ─▶ streams ─▶ owners (requests)
///                                                            │
///  send ◀─ Http2Output ◀─ heads, content in order of priority ┘   (flushed at the end of the tick)
/// </code>
/// Belongs to its worker's loop. A peer that breaks a rule of the connection is sent GOAWAY and its connection closed; <see cref="Http2Score"/> decides about one that
/// breaks none and is a burden all the same.
/// </remarks>
internal abstract class Http2Connection : ITimerTarget
{
    /// <summary>The window of a stream that this side announces, in bytes.</summary>
    public const int StreamWindow = 256 * 1024;

    /// <summary>The window of the connection, in bytes.</summary>
    public const int ConnectionWindow = 1024 * 1024;

    private const int SmallUpdateBytes = 1024;
    private const int RememberedResets = 128;
    private const int LingerMs = 1_000;
    private const int LingerBytesMax = 1024 * 1024;

    private readonly Dictionary<uint, Http2Stream> _streams = [];
    private readonly LoopTimer _frameTimer;
    private readonly FairShare _turns;
    private Http2FrameReader? _reader;
    private Http2Score _score;
    private uint[]? _resets;
    private uint _resetCount;
    private uint _watchedFrame;
    private int _receiveWindow = ConnectionWindow;
    private int _uncredited;
    private long _windowSpentMs;
    private long _windowMovedMs;
    private bool _isReadToEnd;
    private bool _goAwaySent;

    protected Http2Connection(Worker worker, StreamSocket socket)
    {
        Worker = worker;
        Socket = socket;
        _frameTimer = socket.Loop.Timers.Create(this);
        _turns = new FairShare(socket.Loop);
        Writer = new Http2Writer(this);
        Decoder = new HpackDecoder(Http2Constants.DefaultTableBytes);
    }

    /// <summary>The worker it belongs to.</summary>
    public Worker Worker { get; }

    /// <summary>The socket.</summary>
    public StreamSocket Socket { get; }

    /// <summary>What the peer has said about itself.</summary>
    public PeerSettings Peer { get; } = new();

    /// <summary>Whether a rule was broken, or the socket is: nothing more is sent but the reason.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The rule that was broken.</summary>
    public Http2Fault Fault { get; private set; }

    /// <summary>Streams in the table.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Whether more than half of the window of the connection is content that nobody has taken yet.</summary>
    protected bool IsWindowHeld => ConnectionWindow - _receiveWindow - _uncredited > ConnectionWindow / 2;

    /// <summary>For how long in all the peer has had no window of the connection for a whole frame, in milliseconds.</summary>
    internal long WindowSpentMs => _windowSpentMs + (_receiveWindow < Http2Constants.DefaultFrameBytes ? Worker.Loop.NowMs - _windowMovedMs : 0);

    /// <summary>Everything that leaves on it.</summary>
    internal Http2Writer Writer { get; }

    /// <summary>Decodes field blocks, in the order in which they come.</summary>
    protected HpackDecoder Decoder { get; }

    /// <summary>The highest number of a stream that the peer has opened.</summary>
    protected uint LastPeerStream { get; set; }

    /// <summary>Whether this side is the server.</summary>
    protected abstract bool IsServer { get; }

    /// <summary>How long the peer may take nothing of what is sent, in milliseconds.</summary>
    protected internal abstract int WriteTimeoutMs { get; }

    /// <summary>How long a frame, or a head in several of them, may take to be complete, in milliseconds.</summary>
    protected abstract int FrameTimeoutMs { get; }

    /// <summary>The stream of that number; null for none.</summary>
    protected Http2Stream? FindStream(uint id) => _streams.GetValueOrDefault(id);

    /// <summary>Has whoever waits for a stream's content, or its end, woken when the frames that are there have been read.</summary>
    protected void Touch(Http2Stream stream) => _reader!.Touch(stream);

    /// <summary>Adds a stream that was opened.</summary>
    protected void AddStream(Http2Stream stream) => _streams.Add(stream.Id, stream);

    /// <summary>A whole field block: a head, or trailers. Decodes it even where nobody wants it, for the table's sake.</summary>
    protected internal abstract void OnHeaders(uint streamId, ReadOnlySpan<byte> block, bool endStream);

    /// <summary>The peer opens no more streams, and acts on none of this side's above a number.</summary>
    protected abstract void OnGoAway(uint lastStreamId, Http2ErrorCode error);

    /// <summary>What the peer says about itself has changed.</summary>
    protected abstract void OnSettingsChanged();

    /// <summary>A PING of this side's was answered.</summary>
    protected abstract void OnPingAck();

    /// <summary>A stream has left the table.</summary>
    protected abstract void OnStreamClosed(Http2Stream stream);

    /// <summary>Tells whoever runs the program, and counts.</summary>
    protected abstract void Report(Http2Fault fault);

    /// <summary>A PRIORITY_UPDATE, which only servers take.</summary>
    protected virtual void OnPriorityUpdate(uint streamId, StreamPriority priority)
    {
    }

    /// <summary>Reads frames until the connection ends, from what was received before and then from the socket.</summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    protected async ValueTask ReadAsync(Http2FrameReader reader)
    {
        _reader = reader;
        reader.Process();
        while (!HasFailed && !_isReadToEnd && !Socket.IsClosed)
        {
            if (!await Writer.WaitForRoomAsync())
            {
                break;
            }

            if (!reader.HoldsBytes)
            {
                // An idle connection owns no buffer.
                reader.ReturnBuffer();
                IoResult ready = await Socket.WaitReadableAsync();
                if (ready.IsError)
                {
                    break;
                }
            }

            IoResult received = await reader.ReceiveAsync();
            if (received.Code <= 0)
            {
                break;
            }

            OnReceived(reader.IsWithinFrame);
            reader.Add(received.Bytes);
            reader.Process();
            WatchFrame(reader);

            // Frames that cost nothing may come faster than they are read: others on the loop have their turn all the same.
            await _turns.TakeAsync();
        }

        reader.End();
    }

    /// <summary>Reads nothing more, whether something is being received or frames are being acted upon.</summary>
    public void StopReading()
    {
        _isReadToEnd = true;
        Socket.CancelReceive(IoResult.Canceled);
    }

    /// <summary>Bytes came in and are about to be read.</summary>
    /// <param name="continues">Whether they go on with a frame or head that has begun before.</param>
    protected virtual void OnReceived(bool continues)
    {
    }

    /// <summary>
    /// Ends everything: streams first, then what is still to be sent, then the socket. With a reason to be read, the peer is given a moment for it.
    /// </summary>
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    protected async ValueTask CloseAsync()
    {
        BreakStreams(Http2ErrorCode.Cancel);
        if (_goAwaySent && !Socket.IsClosed && !Socket.Broken)
        {
            Writer.Flush();
            if (_isReadToEnd && !HasFailed)
            {
                // This side's own wish, so that the peer may take its time for what it was answered last.
                await Writer.WaitUntilSentAsync();
            }

            if (!Writer.IsFlushing)
            {
                Socket.ShutdownSend();
                await LingerAsync();
            }
        }

        HasFailed = true;
        _frameTimer.Remove();
        Socket.Close();
        Writer.Close();
    }

    /// <summary>Breaks a rule of the connection: says so to the peer, ends all streams, and lets the reading end.</summary>
    public void Fail(Http2Fault fault, Http2ErrorCode error)
    {
        if (HasFailed)
        {
            return;
        }

        Fault = fault;
        Report(fault);
        WriteGoAway(LastPeerStream, error);
        HasFailed = true;
        Writer.End();
        BreakStreams(error);
        Writer.Flush();
        Socket.CancelReceive(IoResult.Canceled);
    }

    /// <summary>What was written could not be sent, because the socket is broken or the peer takes nothing.</summary>
    internal void OnSendFailed(bool isTimedOut)
    {
        if (isTimedOut)
        {
            Fault = Http2Fault.StalledConnection;
            Report(Fault);
        }

        HasFailed = true;
        Writer.End();
        Socket.CancelReceive(IoResult.Canceled);
    }

    /// <summary>Counts what is no breach of a rule but a burden. False when that was too much, and the connection has failed.</summary>
    public bool TryTolerate(Http2Fault fault, int points)
    {
        if (!HasFailed && _score.Add(points, Worker.Loop.NowMs))
        {
            Fail(fault, Http2ErrorCode.EnhanceYourCalm);
        }

        return !HasFailed;
    }

    /// <summary>Decodes a block that nobody wants. False when it can't be decoded, and the connection has failed.</summary>
    protected bool Skip(ReadOnlySpan<byte> block)
    {
        var sink = default(NoFields);
        if (Decoder.Decode(block, [], 0, out _, ref sink) == HpackStatus.Done)
        {
            return true;
        }

        Fail(Http2Fault.CompressionError, Http2ErrorCode.CompressionError);
        return false;
    }

    /// <summary>A request was served to its end.</summary>
    protected void OnServed() => _score.Forgive(Http2Score.Reset);

    /// <summary>Ends a stream by a reset, because of what the peer did on it; its owner is told.</summary>
    public void RejectStream(Http2Stream stream, Http2ErrorCode error, Violation violation = Violation.None)
    {
        WriteReset(stream.Id, error);
        Remove(stream);
        stream.Break(error, violation);
        TryTolerate(Http2Fault.ServerResets, Http2Score.ForcedReset);
    }

    /// <summary>Ends a stream that its owner is done with; with a reset unless both sides have ended it.</summary>
    public void EndStream(Http2Stream stream, Http2ErrorCode error)
    {
        if (!stream.IsOpen)
        {
            return;
        }

        if (stream.IsKnownToPeer && (!stream.LocalEnded || !stream.RemoteEnded))
        {
            WriteReset(stream.Id, error);
        }

        Remove(stream);
        stream.Close();
    }

    /// <summary>Resets a stream that is in no table.</summary>
    protected internal void WriteReset(uint streamId, Http2ErrorCode error)
    {
        RememberEnded(streamId);
        Writer.WriteReset(streamId, error);
    }

    /// <summary>Takes note of a stream that this side has ended or never took: what comes for it was on its way.</summary>
    protected void RememberEnded(uint streamId)
    {
        _resets ??= new uint[RememberedResets];
        _resets[_resetCount++ % RememberedResets] = streamId;
    }

    /// <summary>Says that no streams above a number are acted upon, and why.</summary>
    protected void WriteGoAway(uint lastStreamId, Http2ErrorCode error)
    {
        _goAwaySent = true;
        Writer.WriteGoAway(lastStreamId, error);
    }

    /// <summary>Everything that a stream was given is written.</summary>
    internal void OnWritten(Http2Stream stream)
    {
        if (stream is { IsOpen: true, LocalEnded: true, RemoteEnded: true })
        {
            Remove(stream);
            stream.Close();
        }
    }

    /// <summary>Gives window of the connection back.</summary>
    internal void CreditConnection(int bytes)
    {
        _uncredited += bytes;

        // Half of the window at once, or as much as the peer has left: content that nobody takes doesn't hold up what somebody does.
        if (_uncredited >= Math.Min(ConnectionWindow / 2, Math.Max(_receiveWindow, 1)) && !HasFailed)
        {
            MoveReceiveWindow(_uncredited);
            Writer.WriteWindowUpdate(0, _uncredited);
            _uncredited = 0;
        }
    }

    /// <summary>A DATA frame begins. The stream that takes its content; null when nobody does, or the connection has failed.</summary>
    internal Http2Stream? OnDataBegins(FrameHeader frame, int padding)
    {
        MoveReceiveWindow(-frame.Length);
        if (_receiveWindow < 0)
        {
            Fail(Http2Fault.FlowControlError, Http2ErrorCode.FlowControlError);
            return null;
        }

        Http2Stream? stream = FindStream(frame.StreamId);
        if (stream is null || stream.RemoteEnded)
        {
            CreditConnection(frame.Length);
            OnUnwanted(frame, stream);
            return null;
        }

        if (!stream.TakesContent)
        {
            // RFC 9113, section 8.1: a head comes first.
            CreditConnection(frame.Length);
            RejectStream(stream, Http2ErrorCode.ProtocolError);
            return null;
        }

        if (!stream.TryTakeWindow(frame.Length))
        {
            CreditConnection(frame.Length);
            RejectStream(stream, Http2ErrorCode.FlowControlError);
            return null;
        }

        int content = frame.Length - padding;
        if (padding > 0)
        {
            CreditConnection(padding);
            stream.Credit(padding);
        }

        bool isTolerated = content switch
        {
            0 when !frame.Has(FrameFlags.EndStream) => TryTolerate(Http2Fault.EmptyFrames, Http2Score.CheapFrame),
            > 0 and < 16 when !frame.Has(FrameFlags.EndStream) => TryTolerate(Http2Fault.TinyData, Http2Score.SmallData),
            _ => true,
        };
        return isTolerated ? stream : null;
    }

    /// <summary>Content of a DATA frame that somebody takes.</summary>
    internal void OnData(Http2Stream stream, ReadOnlySpan<byte> content)
    {
        if (!stream.IsOpen)
        {
            CreditConnection(content.Length);
        }
        else if (!stream.TryReceive(content))
        {
            CreditConnection(content.Length);
            RejectStream(stream, Http2ErrorCode.ProtocolError, Violation.ContentLengthMismatch);
        }
    }

    /// <summary>The peer has ended a stream, with the content or with trailers.</summary>
    internal void OnRemoteEnd(Http2Stream stream)
    {
        if (!stream.IsOpen)
        {
            return;
        }

        if (!stream.TryEndRemote())
        {
            RejectStream(stream, Http2ErrorCode.ProtocolError, Violation.ContentLengthMismatch);
            return;
        }

        OnWritten(stream);
    }

    /// <summary>A RST_STREAM.</summary>
    internal void OnResetStream(uint streamId, Http2ErrorCode error)
    {
        if (FindStream(streamId) is not { } stream)
        {
            if (IsIdle(streamId))
            {
                Fail(Http2Fault.ProtocolError, Http2ErrorCode.ProtocolError);
            }
            else
            {
                TryTolerate(Http2Fault.RapidReset, IsServer ? Http2Score.CheapFrame : Http2Score.SmallData);
            }

            return;
        }

        Remove(stream);
        stream.Break(error, Violation.None);
        if (IsServer)
        {
            TryTolerate(Http2Fault.RapidReset, Http2Score.Reset);
        }
    }

    /// <summary>A SETTINGS frame of the peer's.</summary>
    internal void OnSettings(ReadOnlySpan<byte> payload)
    {
        int windowBefore = Peer.InitialWindowSize;
        Http2ErrorCode error = Peer.Read(payload, isFromServer: !IsServer);
        if (error != Http2ErrorCode.NoError)
        {
            Fail(error == Http2ErrorCode.FlowControlError ? Http2Fault.FlowControlError : Http2Fault.ProtocolError, error);
            return;
        }

        Writer.SetPeerTableBytes(Peer.SmallestHeaderTableSize);
        Writer.SetPeerTableBytes(Peer.HeaderTableSize);
        if (!TryMoveWindows((long)Peer.InitialWindowSize - windowBefore))
        {
            Fail(Http2Fault.FlowControlError, Http2ErrorCode.FlowControlError);
            return;
        }

        Writer.WriteSettingsAck();
        if (TryTolerate(Http2Fault.SettingsFlood, Http2Score.Settings))
        {
            OnSettingsChanged();
        }
    }

    /// <summary>This side's SETTINGS hold.</summary>
    internal void OnSettingsAck() => TryTolerate(Http2Fault.SettingsFlood, Http2Score.FreeFrame);

    /// <summary>A PING of the peer's.</summary>
    internal void OnPing(ReadOnlySpan<byte> payload, bool isAck)
    {
        if (isAck)
        {
            if (TryTolerate(Http2Fault.PingFlood, Http2Score.FreeFrame))
            {
                OnPingAck();
            }
        }
        else if (TryTolerate(Http2Fault.PingFlood, Http2Score.CheapFrame))
        {
            Writer.WritePing(payload, isAck: true);
        }
    }

    /// <summary>A GOAWAY of the peer's.</summary>
    internal void OnGoAwayFrame(ReadOnlySpan<byte> payload)
    {
        if (TryTolerate(Http2Fault.SettingsFlood, Http2Score.Settings))
        {
            OnGoAway(
                BinaryPrimitives.ReadUInt32BigEndian(payload) & FrameHeader.StreamIdMask,
                (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload[4..]));
        }
    }

    /// <summary>A WINDOW_UPDATE.</summary>
    internal void OnWindowUpdate(uint streamId, uint bytes)
    {
        if (bytes < SmallUpdateBytes && !TryTolerate(Http2Fault.WindowUpdateFlood, Http2Score.SmallUpdate))
        {
            return;
        }

        if (streamId == 0)
        {
            if (bytes == 0)
            {
                Fail(Http2Fault.ProtocolError, Http2ErrorCode.ProtocolError);
            }
            else if (!Writer.TryOpenWindow(bytes))
            {
                Fail(Http2Fault.FlowControlError, Http2ErrorCode.FlowControlError);
            }

            return;
        }

        if (FindStream(streamId) is not { } stream)
        {
            if (IsIdle(streamId))
            {
                Fail(Http2Fault.ProtocolError, Http2ErrorCode.ProtocolError);
            }
            else
            {
                TryTolerate(Http2Fault.WindowUpdateFlood, Http2Score.FreeFrame);
            }

            return;
        }

        if (bytes == 0 || (stream.SendWindow += bytes) > Http2Constants.WindowMax)
        {
            RejectStream(stream, bytes == 0 ? Http2ErrorCode.ProtocolError : Http2ErrorCode.FlowControlError);
            return;
        }

        if (stream.IsSendPending)
        {
            Writer.WaitToWrite(stream);
        }
    }

    /// <summary>A PRIORITY or PRIORITY_UPDATE; the former means nothing any more (RFC 9113, section 5.3.2).</summary>
    internal void OnPriority(uint streamId, ReadOnlySpan<byte> field, bool isUpdate)
    {
        if (isUpdate && (!IsServer || (streamId & 1) == 0))
        {
            // RFC 9218, section 7.1: only clients send it, only for requests, and for what is pushed only where there is such a thing.
            Fail(Http2Fault.ProtocolError, Http2ErrorCode.ProtocolError);
        }
        else if (TryTolerate(Http2Fault.PriorityFlood, Http2Score.CheapFrame) && isUpdate)
        {
            OnPriorityUpdate(streamId, StreamPriority.Parse(field));
        }
    }

    /// <summary>Whether a stream was never opened by whoever opens streams of its kind.</summary>
    protected abstract bool IsIdle(uint streamId);

    /// <summary>Whether this side has reset a stream lately: what still comes for it was on its way.</summary>
    protected virtual bool WasReset(uint streamId) => _resets is not null && Array.IndexOf(_resets, streamId) >= 0;

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer)
    {
        if (ReferenceEquals(timer, _frameTimer))
        {
            Fail(Http2Fault.HeaderTimeout, Http2ErrorCode.EnhanceYourCalm);
        }
        else
        {
            OnTimer(timer);
        }
    }

    /// <summary>A timer of the role's own is due.</summary>
    protected abstract void OnTimer(LoopTimer timer);

    // From its first byte to its last, however slowly the others come.
    private void WatchFrame(Http2FrameReader reader)
    {
        if (!reader.IsWithinFrame)
        {
            _frameTimer.Stop();
        }
        else if (!_frameTimer.IsSet || reader.EndedCount != _watchedFrame)
        {
            _watchedFrame = reader.EndedCount;
            _frameTimer.Set(FrameTimeoutMs);
        }
    }

    // The peer reads what was said last, or at least the kernel sees it do so: closing with unread bytes would reset the connection (RFC 9112, section 9.6).
    [AsyncMethodBuilder(typeof(LoopMethodBuilder))]
    private async ValueTask LingerAsync()
    {
        PooledBuffer buffer = Socket.Loop.Buffers.Rent(BufferSize.Medium);
        LoopTimer timer = Socket.Loop.Timers.Create(new ReceiveTimeout(Socket));
        timer.Set(LingerMs);
        for (int left = LingerBytesMax; left > 0;)
        {
            IoResult received = await Socket.ReceiveAsync(buffer.Array, 0, buffer.Length);
            if (received.Code <= 0)
            {
                break;
            }

            left -= received.Bytes;
        }

        timer.Remove();
        Socket.Loop.Buffers.Return(buffer);
    }

    // DATA that has no stream to go to.
    private void OnUnwanted(FrameHeader frame, Http2Stream? stream)
    {
        if (stream is not null)
        {
            RejectStream(stream, Http2ErrorCode.StreamClosed);
        }
        else if (IsIdle(frame.StreamId))
        {
            Fail(Http2Fault.ProtocolError, Http2ErrorCode.ProtocolError);
        }
        else if (WasReset(frame.StreamId))
        {
            TryTolerate(Http2Fault.TinyData, Http2Score.SmallData);
        }
        else if (TryTolerate(Http2Fault.ServerResets, Http2Score.ForcedReset))
        {
            WriteReset(frame.StreamId, Http2ErrorCode.StreamClosed);
        }
    }

    private void MoveReceiveWindow(int change)
    {
        _windowSpentMs = WindowSpentMs;
        _windowMovedMs = Worker.Loop.NowMs;
        _receiveWindow += change;
    }

    private bool TryMoveWindows(long change)
    {
        if (change == 0)
        {
            return true;
        }

        foreach (Http2Stream stream in _streams.Values)
        {
            stream.SendWindow += change;
            if (stream.SendWindow > Http2Constants.WindowMax)
            {
                return false;
            }

            if (stream.IsSendPending)
            {
                Writer.WaitToWrite(stream);
            }
        }

        return true;
    }

    private void Remove(Http2Stream stream)
    {
        Writer.StopWaiting(stream);
        if (_streams.Remove(stream.Id))
        {
            OnStreamClosed(stream);
        }
    }

    /// <summary>Ends the streams that the peer will not act on: those above a number, and those that it doesn't know of.</summary>
    protected void BreakStreamsAbove(uint lastStreamId)
    {
        while (FindAbove(lastStreamId) is { } stream)
        {
            Remove(stream);
            stream.Break(Http2ErrorCode.RefusedStream, Violation.None);
        }
    }

    private Http2Stream? FindAbove(uint lastStreamId)
    {
        foreach (Http2Stream stream in _streams.Values)
        {
            if (stream.Id > lastStreamId || !stream.IsKnownToPeer)
            {
                return stream;
            }
        }

        return null;
    }

    private void BreakStreams(Http2ErrorCode error)
    {
        while (_streams.Count > 0)
        {
            Dictionary<uint, Http2Stream>.ValueCollection.Enumerator streams = _streams.Values.GetEnumerator();
            streams.MoveNext();
            Http2Stream stream = streams.Current;
            Remove(stream);
            stream.Break(error, Violation.None);
        }
    }
}
