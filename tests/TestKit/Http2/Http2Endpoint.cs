using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Time;

namespace Sluice.TestKit.Http2;

/// <summary>
/// One side of a script that speaks HTTP/2 on a real socket, frame by frame. It keeps what it receives, knows what its peer may send, and fails
/// when the peer breaks RFC 9113; what it sends itself may be as wrong as the test likes. Reading belongs to one task at a time, writing to any.
/// What was read may be looked at by any thread meanwhile; each look is one of its own, so what must agree with itself is looked at once.
/// </summary>
public abstract class Http2Endpoint : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly bool _isClient;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly FrameReader _reader;
    private readonly FrameConduct _conduct;
    private readonly FieldDecoder _decoder = new();
    private readonly ConcurrentQueue<WireFrame> _settingsSent = new();
    private readonly FrameLog _received = new();
    private readonly ConcurrentDictionary<uint, StreamRecord> _streams = [];
    private readonly ConcurrentDictionary<SettingKind, uint> _peerSettings = [];
    private readonly List<byte> _block = [];
    private WireFrame? _blockHead;
    private uint _newestSent;
    private int _cursor;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="stream">What to read and write; over the socket.</param>
    /// <param name="isClient">Whether this side is the client.</param>
    /// <param name="name">Its name in the transcript.</param>
    /// <param name="transcript">Where it writes what it does.</param>
    protected Http2Endpoint(Socket socket, Stream stream, bool isClient, string name, Transcript transcript)
    {
        _socket = socket;
        _stream = stream;
        _isClient = isClient;
        Name = name;
        Transcript = transcript;
        _reader = new FrameReader(stream, name, transcript);
        _conduct = new FrameConduct(isServer: isClient, PeerWindows);
    }

    /// <summary>The name of this side in the transcript.</summary>
    public string Name { get; }

    /// <summary>How long a step may take.</summary>
    public TimeSpan StepTimeout { get; set; } = Patience.PerStep;

    /// <summary>Whether SETTINGS and PING are answered while reading.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Whether windows are widened by what comes, while reading.</summary>
    public bool GrantsWindows { get; set; } = true;

    /// <summary>Whether what the peer sends is checked.</summary>
    public bool Checks { get; set; } = true;

    /// <summary>The frames so far.</summary>
    public IReadOnlyList<WireFrame> Received => _received;

    /// <summary>The streams on which something came, or was sent.</summary>
    public IReadOnlyDictionary<uint, StreamRecord> Streams => _streams;

    /// <summary>How the peer's direction ended, as far as was read.</summary>
    public ConnectionEnd End => _reader.End;

    /// <summary>The newest GOAWAY; null if there was none.</summary>
    public WireFrame? GoAway { get; private set; }

    /// <summary>What the peer may send.</summary>
    public FlowWindows PeerWindows { get; } = new();

    /// <summary>What this side may send, by the peer's SETTINGS and WINDOW_UPDATE.</summary>
    public FlowWindows OwnWindows { get; } = new();

    /// <summary>The peer's parameters as it said them last; a copy.</summary>
    public Dictionary<SettingKind, uint> PeerSettings => new(_peerSettings);

    /// <summary>Where all sides write what they do.</summary>
    protected Transcript Transcript { get; }

    private static ReadOnlySpan<byte> RoundTripMark => "roundtri"u8;

    /// <summary>Sends frames with one write. What they say is taken account of.</summary>
    public async Task SendAsync(params byte[][] frames)
    {
        byte[] bytes = frames.Length == 1 ? frames[0] : [.. frames.SelectMany(frame => frame)];
        TakeSent(bytes, isNoted: true);
        if (!await WriteAsync(bytes))
        {
            throw Failure($"{Name}: could not send");
        }
    }

    /// <summary>Sends bytes, frames or not, to a peer that may close at any time; false when it did.</summary>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        Transcript.Note(Name, $"sends {bytes.Length} bytes");
        TakeSent(bytes.Span, isNoted: false);
        return await WriteAsync(bytes);
    }

    /// <summary>Sends a block again and again until the peer closes, or this often. Somebody must read meanwhile.</summary>
    /// <returns>How often it was sent whole.</returns>
    public async Task<int> FloodAsync(ReadOnlyMemory<byte> block, int times)
    {
        TakeSent(block.Span, isNoted: true);
        int sent = 0;
        while (sent < times && End == ConnectionEnd.Open && await WriteAsync(block))
        {
            sent++;
        }

        Transcript.Note(Name, $"sent {sent} times {block.Length} bytes");
        return sent;
    }

    /// <summary>Reads the next frame and does what good manners ask for; null at the end.</summary>
    public Task<WireFrame?> ReadFrameAsync() => ReadFrameAsync(StepTimeout);

    /// <summary>Reads up to the next frame of a kind that no step has read yet.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="stream">The stream; null for any.</param>
    public async Task<WireFrame> ExpectAsync(FrameKind kind, uint? stream = null)
    {
        while (true)
        {
            for (; _cursor < _received.Count; _cursor++)
            {
                WireFrame frame = _received[_cursor];
                if (frame.Kind == kind && (stream is null || frame.Stream == stream))
                {
                    _cursor++;
                    return frame;
                }
            }

            if (await ReadFrameAsync() is null)
            {
                throw Failure($"{Name}: the connection ended ({End}) before {kind} on stream {stream}");
            }
        }
    }

    /// <summary>Reads until something holds.</summary>
    public async Task ReadUntilAsync(Func<bool> holds, string what)
    {
        while (!holds())
        {
            if (await ReadFrameAsync() is null)
            {
                throw Failure($"{Name}: the connection ended ({End}) before: {what}");
            }
        }
    }

    /// <summary>Reads until the peer's side ends, in whichever way.</summary>
    public async Task ReadToEndAsync()
    {
        while (await ReadFrameAsync() is not null)
        {
        }
    }

    /// <summary>Nothing comes for a while, not even an end.</summary>
    public async Task ExpectSilenceAsync(TimeSpan duration)
    {
        try
        {
            WireFrame? frame = await ReadFrameAsync(duration);
            throw Failure($"{Name}: expected nothing for {duration.TotalMilliseconds} ms, but {frame?.ToString() ?? End.ToString()} came");
        }
        catch (TimeoutException)
        {
            Transcript.Note(Name, $"nothing for {duration.TotalMilliseconds} ms, as expected");
        }
    }

    /// <summary>Waits until the peer has read everything up to now: it answers a PING.</summary>
    public async Task RoundTripAsync()
    {
        int before = _received.Count(IsAnswer);
        await SendAsync(Frames.Of(FrameKind.Ping, FrameMarks.None, 0, RoundTripMark));
        await ReadUntilAsync(() => _received.Count(IsAnswer) > before, "the answer to PING");
    }

    /// <summary>Reads until a stream is reset, for one of these reasons.</summary>
    public async Task<ErrorCode> ExpectResetAsync(uint stream, params IReadOnlyList<ErrorCode> reasons)
    {
        await ReadUntilAsync(() => StreamOf(stream).Reset is not null || (_isClient && StreamOf(stream).HasEnded), $"the reset of stream {stream}");
        ErrorCode? reset = StreamOf(stream).Reset;
        return reset is { } reason && (reasons.Count == 0 || reasons.Contains(reason))
            ? reason
            : throw Failure($"{Name}: expected stream {stream} to be reset by {string.Join('/', reasons)}, but: {reset?.ToString() ?? "it ended"}");
    }

    /// <summary>Reads until the peer says GOAWAY for one of these reasons and closes.</summary>
    public async Task<WireFrame> ExpectGoAwayAsync(params IReadOnlyList<ErrorCode> reasons)
    {
        await ReadToEndAsync();
        bool isMeant = GoAway is not null && (reasons.Count == 0 || reasons.Contains(GoAway.Error));
        return isMeant ? GoAway! : throw Failure($"{Name}: expected GOAWAY by {string.Join('/', reasons)}, but: {GoAway?.ToString() ?? "none"}");
    }

    /// <summary>Sends content within the windows that the peer grants.</summary>
    public async Task SendContentAsync(uint stream, ReadOnlyMemory<byte> content, bool end = true)
    {
        while (content.Length > 0)
        {
            await ReadUntilAsync(() => StreamOf(stream).Reset is not null || Math.Min(OwnWindows.Connection, OwnWindows.Of(stream)) > 0, "a window to send content");
            if (StreamOf(stream).Reset is not null)
            {
                return;
            }

            int count = (int)Math.Min(Math.Min(content.Length, 16_384), Math.Min(OwnWindows.Connection, OwnWindows.Of(stream)));
            await SendAsync(Frames.Data(stream, content.Span[..count], end && count == content.Length));
            content = content[count..];
        }
    }

    /// <summary>What is known of a stream.</summary>
    public StreamRecord StreamOf(uint stream) => _streams.GetOrAdd(stream, id => new StreamRecord(id));

    /// <summary>Sends a FIN and goes on reading.</summary>
    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The same on a connection that may be over.</summary>
    public void TryShutdownSend()
    {
        try
        {
            ShutdownSend();
        }
        catch (SocketException exception)
        {
            Transcript.Note(Name, $"the connection is over: {exception.SocketErrorCode}");
        }
    }

    /// <summary>Closes with a RST.</summary>
    public void Abort()
    {
        Transcript.Note(Name, "resets the connection");
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        // Not the TLS stream, which would wait to write its farewell to a peer that reads nothing.
        _socket.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A failure of a step, with the transcript.</summary>
    public ScriptException Failure(string message) => new(message, Transcript);

    /// <summary>Reads bytes that are no frame.</summary>
    protected Task<byte[]> ReadBytesAsync(int count) => _reader.ReadBytesAsync(count, StepTimeout);

    // Answers to a test's own PING may be on their way, too, and would come too early.
    private static bool IsAnswer(WireFrame frame) => frame.Kind == FrameKind.Ping && frame.IsAck && frame.Payload.AsSpan().SequenceEqual(RoundTripMark);

    private async Task<WireFrame?> ReadFrameAsync(TimeSpan timeout)
    {
        WireFrame? frame;
        try
        {
            frame = await _reader.ReadAsync(timeout);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Name}: no frame came for {timeout.TotalMilliseconds} ms\n\nTranscript:\n{Transcript}");
        }

        if (frame is not null)
        {
            await TakeAsync(frame);
        }

        return frame;
    }

    // Keeps account of what this side sends, as far as it is frames.
    private void TakeSent(ReadOnlySpan<byte> bytes, bool isNoted)
    {
        bool isPreface = bytes.StartsWith(Frames.Preface);
        for (bytes = isPreface ? bytes[Frames.Preface.Length..] : bytes; bytes.Length >= WireFrame.HeadBytes;)
        {
            int length = WireFrame.HeadBytes + (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8);
            if (length > bytes.Length)
            {
                return;
            }

            var frame = new WireFrame((FrameKind)bytes[3], (FrameMarks)bytes[4], BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]), bytes[WireFrame.HeadBytes..length].ToArray());
            TakeSent(frame);
            bytes = bytes[length..];
            if (isNoted)
            {
                Transcript.Note(Name, $"sends {frame}");
            }
        }
    }

    private void TakeSent(WireFrame frame)
    {
        switch (frame.Kind)
        {
            case FrameKind.Settings when !frame.IsAck:
                _settingsSent.Enqueue(frame);
                _conduct.ExpectAcknowledgement();
                break;
            case FrameKind.WindowUpdate when frame.Payload.Length == 4:
                PeerWindows.Widen(frame.Stream, frame.Increment);
                break;
            case FrameKind.Headers when frame.Stream != 0:
                StreamOf(frame.Stream);
                _newestSent = Math.Max(_newestSent, frame.Stream);
                break;
            case FrameKind.Data:
                OwnWindows.Take(frame.Stream, frame.Payload.Length);
                break;
            case FrameKind.Reset when frame.Stream != 0:
                StreamOf(frame.Stream).WasResetHere = true;
                break;
            default:
                break;
        }
    }

    private async Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        using var deadline = new CancellationTokenSource(StepTimeout);
        try
        {
            await _writing.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw Failure($"{Name}: another write took {StepTimeout.TotalSeconds} s");
        }

        try
        {
            await _stream.WriteAsync(bytes, deadline.Token);
            return true;
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            Transcript.Note(Name, $"sending failed: {exception.InnerException?.Message ?? exception.Message}");
            return false;
        }
        catch (OperationCanceledException)
        {
            throw Failure($"{Name}: the peer took no bytes for {StepTimeout.TotalSeconds} s");
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task TakeAsync(WireFrame frame)
    {
        Transcript.Note(Name, $"got   {frame}");
        _received.Add(frame);
        StreamRecord? stream = _streams.GetValueOrDefault(frame.Stream);
        string? deviation = Checks ? _conduct.Check(frame, stream, isIdle: stream is null && frame.Stream > _newestSent) : null;
        if (deviation is not null)
        {
            throw Failure($"{Name}: the peer broke RFC 9113: {deviation}: {frame}");
        }

        switch (frame.Kind)
        {
            case FrameKind.Data:
                await TakeDataAsync(frame);
                break;
            case FrameKind.Headers or FrameKind.Continuation:
                TakeBlock(frame);
                break;
            case FrameKind.Reset:
                StreamOf(frame.Stream).End(frame.Error);
                break;
            case FrameKind.Settings:
                await TakeSettingsAsync(frame);
                break;
            case FrameKind.Ping when !frame.IsAck && Answers:
                await WriteAsync(Frames.Of(FrameKind.Ping, FrameMarks.Ack, 0, frame.Payload));
                break;
            case FrameKind.GoAway:
                GoAway = frame;
                break;
            case FrameKind.WindowUpdate:
                OwnWindows.Widen(frame.Stream, frame.Increment);
                break;
            default:
                break;
        }
    }

    private async Task TakeDataAsync(WireFrame frame)
    {
        StreamRecord stream = StreamOf(frame.Stream);
        stream.Add(frame.Body);
        if (frame.EndsStream)
        {
            EndStream(stream);
        }

        if (!GrantsWindows || frame.Payload.Length == 0)
        {
            return;
        }

        uint count = (uint)frame.Payload.Length;
        byte[] connection = Frames.WindowUpdate(0, count);
        bool isOver = stream.IsOver || stream.WasResetHere;
        PeerWindows.Widen(0, count);
        PeerWindows.Widen(frame.Stream, isOver ? 0 : count);
        await WriteAsync(isOver ? connection : [.. connection, .. Frames.WindowUpdate(frame.Stream, count)]);
    }

    private void TakeBlock(WireFrame frame)
    {
        _blockHead = frame.Kind == FrameKind.Headers ? frame : _blockHead;
        _block.AddRange(frame.Kind == FrameKind.Headers ? frame.Body : frame.Payload);
        if (!frame.EndsHeaders || _blockHead is null)
        {
            return;
        }

        StreamRecord stream = StreamOf(frame.Stream);
        try
        {
            stream.Add(_decoder.Decode([.. _block]));
        }
        catch (FormatException exception)
        {
            throw Failure($"{Name}: the peer broke RFC 7541: {exception.Message}: {frame}");
        }

        _block.Clear();
        bool isLast = _blockHead.EndsStream;
        if (isLast)
        {
            stream.End();
        }

        string? deviation = Checks ? FieldConduct.Check(stream, isResponse: _isClient) : null;
        if (deviation is not null)
        {
            throw Failure($"{Name}: the peer broke RFC 9113, section 8: {deviation}: {frame}");
        }

        if (isLast)
        {
            EndStream(stream);
        }
    }

    private void EndStream(StreamRecord stream)
    {
        stream.End();
        string? deviation = Checks && !stream.WasResetHere ? FieldConduct.CheckLength(stream) : null;
        if (deviation is not null)
        {
            throw Failure($"{Name}: the peer broke RFC 9113, section 8.1.1, on stream {stream.Id}: {deviation}");
        }
    }

    private async Task TakeSettingsAsync(WireFrame frame)
    {
        if (frame.IsAck)
        {
            Acknowledge();
            return;
        }

        foreach ((SettingKind kind, uint value) in frame.Settings())
        {
            _peerSettings[kind] = value;
            if (kind == SettingKind.InitialWindowSize)
            {
                OwnWindows.ChangeInitial(value);
            }
        }

        if (Answers)
        {
            await WriteAsync(Frames.SettingsAck);
        }
    }

    // What this side said counts from the acknowledgement on (RFC 9113, section 6.5.3).
    private void Acknowledge()
    {
        if (!_settingsSent.TryDequeue(out WireFrame? sent))
        {
            return;
        }

        foreach ((SettingKind kind, uint value) in sent.Settings())
        {
            switch (kind)
            {
                case SettingKind.InitialWindowSize:
                    PeerWindows.ChangeInitial(value);
                    break;
                case SettingKind.HeaderTableSize:
                    _decoder.Limit(value);
                    break;
                case SettingKind.MaxFrameSize:
                    _conduct.FrameBytesMax = value;
                    break;
                default:
                    break;
            }
        }
    }
}
