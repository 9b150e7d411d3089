using System.Buffers.Binary;
using System.Diagnostics;
using Sluice.Http.Http2;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;

namespace Sluice.Proxy.Http2;

/// <summary>Takes the bytes of a connection apart into frames, and has the connection act on each (RFC 9113, sections 4 and 6).</summary>
/// <remarks>
/// Content of DATA is passed on as it arrives; every other frame is taken whole. Field blocks in several frames are put together first. Whoever waits for
/// content is woken once per batch, so that many small frames make one part.
/// </remarks>
internal sealed class Http2FrameReader
{
    // Enough for any head within the limits, and no more than a peer may have this side keep.
    private const int BlockBytesMax = 64 * 1024;
    private const int BlockFramesMax = 16;
    private const int PriorityBytes = 5;

    private readonly Http2Connection _connection;
    private readonly StreamSocket _socket;
    private readonly List<Http2Stream> _touched = new(0);
    private PooledBuffer? _buffer;
    private PooledBuffer? _block;
    private Http2Stream? _dataStream;
    private FrameHeader _head;
    private int _start;
    private int _end;
    private int _blockLength;
    private int _blockFrames;
    private int _dataLeft;
    private int _paddingLeft;
    private bool _inData;
    private bool _hasReceiver;
    private bool _expectsPreface;
    private bool _sawSettings;

    /// <summary>Begins to read.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="expectsPreface">Whether the peer is a client, whose connection begins with a preface.</param>
    public Http2FrameReader(Http2Connection connection, bool expectsPreface)
    {
        _connection = connection;
        _socket = connection.Socket;
        _expectsPreface = expectsPreface;
    }

    /// <summary>Whether a part of a frame is kept until the rest comes.</summary>
    public bool HoldsBytes => _end > _start;

    /// <summary>Whether a frame, or a field block in several of them, has begun and not ended. Content of DATA is no such thing.</summary>
    public bool IsWithinFrame => HoldsBytes || _block is not null;

    /// <summary>How many of those have ended, modulo 2^32; tells one from the next.</summary>
    public uint EndedCount { get; private set; }

    private bool InBlock => _block is not null;

    /// <summary>Takes over bytes that were received before.</summary>
    public void TakeReceived(ReadOnlySpan<byte> bytes)
    {
        _buffer ??= _socket.Loop.Buffers.Rent(BufferSize.Medium);
        Debug.Assert(bytes.Length <= _buffer.Length - _end, "Nobody receives more than a buffer before.");
        bytes.CopyTo(_buffer.Array.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Receives what is there.</summary>
    public ValueTask<IoResult> ReceiveAsync()
    {
        _buffer ??= _socket.Loop.Buffers.Rent(BufferSize.Medium);
        if (_start > 0)
        {
            _buffer.Array.AsSpan(_start, _end - _start).CopyTo(_buffer.Array);
            _end -= _start;
            _start = 0;
        }

        return _socket.ReceiveAsync(_buffer.Array, _end, _buffer.Length - _end);
    }

    /// <summary>Adds what <see cref="ReceiveAsync"/> received.</summary>
    public void Add(int bytes) => _end += bytes;

    /// <summary>Gives the buffer back while nothing is kept in it; at the end also what is kept of a block.</summary>
    public void ReturnBuffer()
    {
        if (_buffer is not null && !HoldsBytes)
        {
            Return(ref _buffer);
            _start = 0;
            _end = 0;
        }
    }

    /// <summary>Gives everything back; nothing is read any more.</summary>
    public void End()
    {
        Return(ref _buffer);
        Return(ref _block);
        _start = 0;
        _end = 0;
    }

    /// <summary>Acts on all frames that are there.</summary>
    public void Process()
    {
        while (_end > _start && !_connection.HasFailed && TakeNext())
        {
        }

        WakeReaders();
    }

    // False when more has to be received first.
    private bool TakeNext()
    {
        if (_inData)
        {
            TakeData();
            return true;
        }

        ReadOnlySpan<byte> bytes = _buffer!.Array.AsSpan(_start, _end - _start);
        if (_expectsPreface)
        {
            return TryTakePreface(bytes);
        }

        if (bytes.Length < FrameHeader.Bytes)
        {
            return false;
        }

        FrameHeader head = FrameHeader.Read(bytes);
        if (!IsAllowed(head))
        {
            return false;
        }

        if (head.Type == FrameType.Data)
        {
            return TryBeginData(head, bytes);
        }

        if (bytes.Length < FrameHeader.Bytes + head.Length)
        {
            return false;
        }

        _start += FrameHeader.Bytes + head.Length;
        TakeFrame(head, bytes.Slice(FrameHeader.Bytes, head.Length));
        EndedCount += InBlock ? 0u : 1u;
        return true;
    }

    private bool TryTakePreface(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> preface = Http2Constants.Preface;
        int count = Math.Min(bytes.Length, preface.Length);
        if (!bytes[..count].SequenceEqual(preface[..count]))
        {
            _connection.Fail(Http2Fault.ProtocolError, Http2ErrorCode.ProtocolError);
            return false;
        }

        if (count < preface.Length)
        {
            return false;
        }

        _start += count;
        _expectsPreface = false;
        return true;
    }

    // What holds for every frame before its payload is looked at.
    private bool IsAllowed(FrameHeader head)
    {
        if (head.Length > Http2Constants.DefaultFrameBytes)
        {
            _connection.Fail(Http2Fault.FrameSizeError, Http2ErrorCode.FrameSizeError);
            return false;
        }

        bool isInOrder = InBlock
            ? head.Type == FrameType.Continuation && head.StreamId == _head.StreamId
            : head.Type != FrameType.Continuation && (_sawSettings || (head.Type == FrameType.Settings && !head.Has(Http2Constants.Ack)));
        if (!isInOrder)
        {
            _connection.Fail(Http2Fault.ProtocolError, Http2ErrorCode.ProtocolError);
            return false;
        }

        return true;
    }

    private bool TryBeginData(FrameHeader head, ReadOnlySpan<byte> bytes)
    {
        bool isPadded = head.Has(FrameFlags.Padded);
        if (head.StreamId == 0 || (isPadded && head.Length == 0))
        {
            Fail(isSize: head.StreamId != 0);
            return false;
        }

        if (isPadded && bytes.Length == FrameHeader.Bytes)
        {
            return false;
        }

        int padding = isPadded ? bytes[FrameHeader.Bytes] : 0;
        int prefix = isPadded ? 1 : 0;
        if (padding + prefix > head.Length)
        {
            Fail(isSize: false);
            return false;
        }

        _start += FrameHeader.Bytes + prefix;
        EndedCount++;
        _head = head;
        _inData = true;
        _paddingLeft = padding;
        _dataLeft = head.Length - padding - prefix;
        _dataStream = _connection.OnDataBegins(head, padding + prefix);
        _hasReceiver = _dataStream is not null;
        TakeData();
        return true;
    }

    // As much of the content and the padding as is there.
    private void TakeData()
    {
        ForgetEndedStream();
        int count = Math.Min(_dataLeft, _end - _start);
        if (count > 0)
        {
            TakeContent(_buffer!.Array.AsSpan(_start, count));
            _start += count;
            _dataLeft -= count;
        }

        if (_dataLeft > 0)
        {
            return;
        }

        count = Math.Min(_paddingLeft, _end - _start);
        _start += count;
        _paddingLeft -= count;
        if (_paddingLeft > 0)
        {
            return;
        }

        _inData = false;
        if (_dataStream is { } stream && _head.Has(FrameFlags.EndStream))
        {
            _connection.OnRemoteEnd(stream);
            Touch(stream);
        }

        _dataStream = null;
    }

    // The stream may have ended since the last part of the frame came, and its object may serve another by now.
    private void ForgetEndedStream()
    {
        if (_dataStream is not null && (_dataStream.Id != _head.StreamId || !ReferenceEquals(_dataStream.Connection, _connection)))
        {
            _dataStream = null;
        }
    }

    private void TakeContent(ReadOnlySpan<byte> content)
    {
        if (_dataStream is not null)
        {
            _connection.OnData(_dataStream, content);
            Touch(_dataStream);
        }
        else if (_hasReceiver)
        {
            _connection.CreditConnection(content.Length);
        }
    }

    private void TakeFrame(FrameHeader head, ReadOnlySpan<byte> payload)
    {
        switch (head.Type)
        {
            case FrameType.Headers:
                TakeHeaders(head, payload);
                break;
            case FrameType.Continuation:
                TakeContinuation(head, payload);
                break;
            case FrameType.Settings:
                TakeSettings(head, payload);
                break;
            case FrameType.Priority:
                TakePriority(head, payload);
                break;
            case FrameType.ResetStream:
                Expect(head.StreamId != 0, payload.Length == 4);
                if (!_connection.HasFailed)
                {
                    _connection.OnResetStream(head.StreamId, (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload));
                }

                break;
            case FrameType.Ping:
                Expect(head.StreamId == 0, payload.Length == 8);
                if (!_connection.HasFailed)
                {
                    _connection.OnPing(payload, head.Has(Http2Constants.Ack));
                }

                break;
            case FrameType.GoAway:
                Expect(head.StreamId == 0, payload.Length >= 8);
                if (!_connection.HasFailed)
                {
                    _connection.OnGoAwayFrame(payload);
                }

                break;
            case FrameType.WindowUpdate:
                Expect(isOnItsStream: true, payload.Length == 4);
                if (!_connection.HasFailed)
                {
                    _connection.OnWindowUpdate(head.StreamId, BinaryPrimitives.ReadUInt32BigEndian(payload) & FrameHeader.StreamIdMask);
                }

                break;
            case FrameType.PushPromise:
                _connection.Fail(Http2Fault.UnexpectedPush, Http2ErrorCode.ProtocolError);
                break;
            case FrameType.PriorityUpdate:
                TakePriorityUpdate(head, payload);
                break;
            default:
                // RFC 9113, section 5.5: unknown frames are ignored. Not without end.
                _connection.TryTolerate(Http2Fault.UnknownFrames, Http2Score.CheapFrame);
                break;
        }
    }

    private void TakeHeaders(FrameHeader head, ReadOnlySpan<byte> payload)
    {
        if (head.StreamId == 0)
        {
            Fail(isSize: false);
            return;
        }

        int padding = 0;
        if (head.Has(FrameFlags.Padded))
        {
            if (payload.IsEmpty)
            {
                Fail(isSize: true);
                return;
            }

            padding = payload[0];
            payload = payload[1..];
        }

        int skipped = head.Has(FrameFlags.Priority) ? PriorityBytes : 0;
        if (payload.Length < skipped + padding)
        {
            Fail(isSize: payload.Length < skipped);
            return;
        }

        if (skipped > 0 && (BinaryPrimitives.ReadUInt32BigEndian(payload) & FrameHeader.StreamIdMask) == head.StreamId)
        {
            Fail(isSize: false);
            return;
        }

        payload = payload[skipped..^padding];
        if (head.Has(FrameFlags.EndHeaders))
        {
            Deliver(head, payload);
            return;
        }

        _head = head;
        _blockLength = 0;
        _blockFrames = 1;
        _block = _socket.Loop.Buffers.Rent(BufferSize.Large);
        Gather(payload);
    }

    private void TakeContinuation(FrameHeader head, ReadOnlySpan<byte> payload)
    {
        _blockFrames++;
        if (_blockFrames > BlockFramesMax)
        {
            _connection.Fail(Http2Fault.ContinuationFlood, Http2ErrorCode.EnhanceYourCalm);
            return;
        }

        if (!Gather(payload) || !head.Has(FrameFlags.EndHeaders))
        {
            return;
        }

        PooledBuffer block = _block!;
        _block = null;
        Deliver(_head, block.Array.AsSpan(0, _blockLength));
        _socket.Loop.Buffers.Return(block);
    }

    private bool Gather(ReadOnlySpan<byte> payload)
    {
        if (_blockLength + payload.Length > BlockBytesMax)
        {
            _connection.Fail(Http2Fault.HeaderListTooLarge, Http2ErrorCode.EnhanceYourCalm);
            return false;
        }

        payload.CopyTo(_block!.Array.AsSpan(_blockLength));
        _blockLength += payload.Length;
        return true;
    }

    // Content that came before goes first, so that nobody sees trailers before it.
    private void Deliver(FrameHeader head, ReadOnlySpan<byte> block) =>
        _connection.OnHeaders(head.StreamId, block, head.Has(FrameFlags.EndStream));

    private void TakeSettings(FrameHeader head, ReadOnlySpan<byte> payload)
    {
        bool isAck = head.Has(Http2Constants.Ack);
        Expect(head.StreamId == 0, isAck ? payload.IsEmpty : payload.Length % PeerSettings.EntryBytes == 0);
        if (_connection.HasFailed)
        {
            return;
        }

        if (isAck)
        {
            _connection.OnSettingsAck();
            return;
        }

        _sawSettings = true;
        _connection.OnSettings(payload);
    }

    private void TakePriority(FrameHeader head, ReadOnlySpan<byte> payload)
    {
        if (head.StreamId == 0)
        {
            Fail(isSize: false);
        }
        else if (payload.Length != PriorityBytes)
        {
            // RFC 9113, section 6.3, has these two end the stream only; nobody who means well sends them, so the connection ends.
            Fail(isSize: true);
        }
        else if ((BinaryPrimitives.ReadUInt32BigEndian(payload) & FrameHeader.StreamIdMask) == head.StreamId)
        {
            Fail(isSize: false);
        }
        else
        {
            _connection.OnPriority(head.StreamId, default, isUpdate: false);
        }
    }

    private void TakePriorityUpdate(FrameHeader head, ReadOnlySpan<byte> payload)
    {
        Expect(head.StreamId == 0, payload.Length >= 4);
        if (!_connection.HasFailed)
        {
            _connection.OnPriority(BinaryPrimitives.ReadUInt32BigEndian(payload) & FrameHeader.StreamIdMask, payload[4..], isUpdate: true);
        }
    }

    private void Expect(bool isOnItsStream, bool hasItsLength)
    {
        if (!isOnItsStream || !hasItsLength)
        {
            Fail(isSize: isOnItsStream);
        }
    }

    private void Fail(bool isSize) => _connection.Fail(
        isSize ? Http2Fault.FrameSizeError : Http2Fault.ProtocolError,
        isSize ? Http2ErrorCode.FrameSizeError : Http2ErrorCode.ProtocolError);

    /// <summary>Has whoever waits for a stream's content woken at the end of the batch.</summary>
    public void Touch(Http2Stream stream)
    {
        if (_touched.Count == 0 || !ReferenceEquals(_touched[^1], stream))
        {
            _touched.Add(stream);
        }
    }

    // Waking may end the connection, but never comes back here: frames are read on by the loop alone.
    private void WakeReaders()
    {
        foreach (Http2Stream stream in _touched)
        {
            stream.WakeReader();
        }

        _touched.Clear();
    }

    private void Return(ref PooledBuffer? buffer)
    {
        if (buffer is not null)
        {
            _socket.Loop.Buffers.Return(buffer);
            buffer = null;
        }
    }
}
