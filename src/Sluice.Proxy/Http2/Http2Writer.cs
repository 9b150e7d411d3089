using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2;
using Sluice.Http.Http2.Hpack;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;
using Sluice.Reactor.Timers;

namespace Sluice.Proxy.Http2;

/// <summary>Everything that leaves on a connection: frames in the order in which they were written, content in the order in which streams may send it.</summary>
/// <remarks>Leaves at the end of the loop's tick, and again as soon as the peer takes more.</remarks>
internal sealed class Http2Writer : ITickEndTarget, ITimerTarget
{
    // Answers to PING, SETTINGS and broken streams, which no window bounds: with more of them waiting nothing more is read.
    private const int UnsentBytesMax = 256 * 1024;

    private readonly Http2Connection _connection;
    private readonly StreamSocket _socket;
    private readonly Http2Output _output;
    private readonly Http2SendQueue _ready = new();
    private readonly HpackEncoder _encoder = new();
    private readonly LoopTimer _timer;
    private readonly LoopCompletion<bool> _room = new();
    private LoopCompletion<bool>? _allSent;
    private long _window = Http2Constants.DefaultWindow;
    private bool _flushScheduled;
    private bool _isFlushing;
    private bool _isEnded;

    public Http2Writer(Http2Connection connection)
    {
        _connection = connection;
        _socket = connection.Socket;
        _output = new Http2Output(_socket.Loop.Buffers);
        _timer = _socket.Loop.Timers.Create(this);
    }

    /// <summary>Whether so much waits that nothing more should be read that has to be answered.</summary>
    public bool IsCongested => _output.Bytes > UnsentBytesMax;

    /// <summary>Whether content may be written at once: nobody waits before, and there is room.</summary>
    public bool MayWriteNow => _ready.IsEmpty && !_output.IsFull && !_isEnded;

    /// <summary>Bytes of content of all streams that were written so far.</summary>
    public long ContentBytes { get; private set; }

    /// <summary>Whether something is on its way to the kernel that it doesn't take.</summary>
    public bool IsFlushing => _isFlushing;

    /// <summary>The peer's word on how large the table of field blocks may be.</summary>
    public void SetPeerTableBytes(uint value) => _encoder.SetPeerTableBytes(value);

    /// <summary>Writes a RST_STREAM.</summary>
    public void WriteReset(uint streamId, Http2ErrorCode error)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)error);
        Append(new FrameHeader(4, FrameType.ResetStream, FrameFlags.None, streamId), payload);
    }

    /// <summary>Writes a GOAWAY.</summary>
    public void WriteGoAway(uint lastStreamId, Http2ErrorCode error)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(payload, lastStreamId);
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)error);
        Append(new FrameHeader(8, FrameType.GoAway, FrameFlags.None, 0), payload);
    }

    /// <summary>Writes a PING; eight bytes.</summary>
    public void WritePing(ReadOnlySpan<byte> payload, bool isAck) =>
        Append(new FrameHeader(8, FrameType.Ping, isAck ? Http2Constants.Ack : FrameFlags.None, 0), payload);

    /// <summary>Writes what this side says about itself, and opens the window of the connection.</summary>
    public void WriteSettings(ReadOnlySpan<(SettingId Id, uint Value)> settings)
    {
        Span<byte> payload = stackalloc byte[PeerSettings.EntryBytes * 8];
        int length = 0;
        foreach ((SettingId id, uint value) in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload[length..], (ushort)id);
            BinaryPrimitives.WriteUInt32BigEndian(payload[(length + 2)..], value);
            length += PeerSettings.EntryBytes;
        }

        Append(new FrameHeader(length, FrameType.Settings, FrameFlags.None, 0), payload[..length]);
        WriteWindowUpdate(0, Http2Connection.ConnectionWindow - Http2Constants.DefaultWindow);
    }

    /// <summary>Says that the peer's settings hold.</summary>
    public void WriteSettingsAck() => Append(new FrameHeader(0, FrameType.Settings, Http2Constants.Ack, 0), default);

    /// <summary>Writes bytes that are no frame: a client's preface.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_output.Reserve(bytes.Length));
        _output.Commit(bytes.Length);
        ScheduleFlush();
    }

    /// <summary>Lets the peer send so many bytes more, on a stream or, with 0, on the connection.</summary>
    public void WriteWindowUpdate(uint streamId, int bytes)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)bytes);
        Append(new FrameHeader(4, FrameType.WindowUpdate, FrameFlags.None, streamId), payload);
    }

    /// <summary>Encodes the head of a stream's owner into HEADERS and, where it is large, CONTINUATION frames.</summary>
    public void WriteHead(Http2Stream stream, bool endStream)
    {
        int bytesMax = stream.Owner.HeadBytesMax;
        Debug.Assert(bytesMax <= HeaderFrames.BlockBytesMax, "The owner refuses what is larger.");
        Span<byte> space = _output.Reserve(bytesMax + HeaderFrames.HeaderBytesMax(bytesMax));
        int length = _encoder.BeginBlock(space[FrameHeader.Bytes..]);
        length += stream.Owner.EncodeHead(_encoder, space[(FrameHeader.Bytes + length)..]);
        _output.Commit(HeaderFrames.Divide(space, length, stream.Id, endStream));
        ScheduleFlush();
    }

    /// <summary>Writes as much of the content as goes into one frame. Returns how much, 0 for nothing.</summary>
    public int WriteData(Http2Stream stream, ReadOnlySpan<byte> data, bool endStream)
    {
        const int worthAFrame = 1024;
        long allowed = Math.Min(Math.Min(stream.SendWindow, _window), Math.Min(data.Length, Http2Constants.DefaultFrameBytes));
        if (_output.IsFull || allowed <= 0)
        {
            return 0;
        }

        int room = _output.TailRoom - FrameHeader.Bytes;
        int count = room >= worthAFrame ? (int)Math.Min(allowed, room) : (int)allowed;
        Span<byte> space = _output.Reserve(FrameHeader.Bytes + count);
        bool ends = endStream && count == data.Length;
        new FrameHeader(count, FrameType.Data, ends ? FrameFlags.EndStream : FrameFlags.None, stream.Id).Write(space);
        data[..count].CopyTo(space[FrameHeader.Bytes..]);
        _output.Commit(FrameHeader.Bytes + count);
        stream.SendWindow -= count;
        _window -= count;
        ContentBytes += count;
        ScheduleFlush();
        return count;
    }

    /// <summary>Writes the end of a stream whose content is written: trailers, or an empty frame.</summary>
    public void WriteEnd(Http2Stream stream, FieldTable? trailers)
    {
        if (trailers is null)
        {
            Append(new FrameHeader(0, FrameType.Data, FrameFlags.EndStream, stream.Id), default);
            return;
        }

        var writer = new HeadWriter(_connection.Worker.SectionBuffer);
        writer.AppendFields(trailers, FieldFlags.HopByHop | FieldFlags.Framing | FieldFlags.Underscore, 0);
        ReadOnlySpan<byte> lines = writer.WrittenFrom(0);
        int bytesMax = HpackEncoder.EncodedBytesMax(lines.Length, trailers.Count);
        Span<byte> space = _output.Reserve(bytesMax + HeaderFrames.HeaderBytesMax(bytesMax));
        int length = _encoder.BeginBlock(space[FrameHeader.Bytes..]);
        length += _encoder.EncodeLines(lines, space[(FrameHeader.Bytes + length)..]);
        _output.Commit(HeaderFrames.Divide(space, length, stream.Id, endStream: true));
        ScheduleFlush();
    }

    /// <summary>Puts a stream with something to send among those that wait, if its window lets it send at all.</summary>
    public void WaitToWrite(Http2Stream stream)
    {
        if (!stream.IsReady && stream.CanWrite(long.MaxValue))
        {
            _ready.Add(stream);
            ScheduleFlush();
        }
    }

    /// <summary>Takes a stream out of those that wait.</summary>
    public void StopWaiting(Http2Stream stream) => _ready.Remove(stream);

    /// <summary>Takes a larger window of the connection. False when it is above its bound.</summary>
    public bool TryOpenWindow(uint bytes)
    {
        _window += bytes;
        ScheduleFlush();
        return _window <= Http2Constants.WindowMax;
    }

    /// <summary>Waits until less is waiting to be sent. False when that will never be.</summary>
    public ValueTask<bool> WaitForRoomAsync() => IsCongested && !_isEnded ? _room.Begin() : new ValueTask<bool>(!_isEnded);

    /// <summary>Waits until the kernel has taken all that is on its way to it. False when it never will.</summary>
    public ValueTask<bool> WaitUntilSentAsync() => _isFlushing ? (_allSent ??= new LoopCompletion<bool>()).Begin() : new ValueTask<bool>(_output.IsEmpty);

    /// <summary>Writes for streams that wait, and has the kernel take what is written.</summary>
    public void Flush()
    {
        if (!_isFlushing && !_socket.IsClosed)
        {
            WriteReady();
            if (!_output.IsEmpty)
            {
                _ = FlushAsync();
            }
        }
    }

    /// <summary>Nothing is written any more; what is written already may still leave.</summary>
    public void End()
    {
        _isEnded = true;
        if (_room.IsPending)
        {
            _room.Complete(false);
        }
    }

    /// <summary>Gives everything back; the socket is closed.</summary>
    public void Close()
    {
        End();
        _timer.Remove();
        _output.Clear();
    }

    /// <inheritdoc/>
    void ITickEndTarget.OnTickEnd()
    {
        _flushScheduled = false;
        Flush();
    }

    /// <inheritdoc/>
    void ITimerTarget.OnTimer(LoopTimer timer) => _socket.CancelSend(IoResult.TimedOut);

    private void Append(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (!_isEnded)
        {
            _output.Append(header, payload);
            ScheduleFlush();
        }
    }

    private void ScheduleFlush()
    {
        if (!_flushScheduled && !_isFlushing)
        {
            _flushScheduled = true;
            _socket.Loop.AtTickEnd(this);
        }
    }

    private void WriteReady()
    {
        while (!_output.IsFull && !_isEnded && NextToWrite() is { } stream)
        {
            _ready.Remove(stream);
            if (stream.TryWrite(stream.Priority.Incremental ? 1 : int.MaxValue))
            {
                _connection.OnWritten(stream);
                stream.CompleteSend();
            }
            else
            {
                WaitToWrite(stream);
            }
        }
    }

    private Http2Stream? NextToWrite()
    {
        for (Http2Stream? stream = _ready.First; stream is not null; stream = stream.NextReady)
        {
            if (stream.CanWrite(_window))
            {
                return stream;
            }
        }

        return null;
    }

    [AsyncMethodBuilder(typeof(DetachedMethodBuilder))]
    private async ValueTask FlushAsync()
    {
        _isFlushing = true;
        IoResult sent = default;
        while (!sent.IsError && !_output.IsEmpty && !_socket.IsClosed)
        {
            ValueTask<IoResult> sending = _output.SendAsync(_socket);
            if (!sending.IsCompleted)
            {
                _timer.Set(_connection.WriteTimeoutMs);
            }

            sent = await sending;
            _timer.Stop();
            _output.OnSent();
            if (!sent.IsError)
            {
                WriteReady();
            }

            if (_room.IsPending && !IsCongested)
            {
                _room.Complete(true);
            }
        }

        _isFlushing = false;
        if (sent.IsError)
        {
            _connection.OnSendFailed(sent.IsTimedOut);
        }

        if (_allSent is { IsPending: true })
        {
            _allSent.Complete(!sent.IsError);
        }
    }
}
