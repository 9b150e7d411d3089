using System.Diagnostics;
using Sluice.Http.Headers;
using Sluice.Http.Http1;
using Sluice.Http.Http2;
using Sluice.Proxy.Errors;
using Sluice.Proxy.Pipeline;
using Sluice.Reactor.Buffers;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tasks;

namespace Sluice.Proxy.Http2;

/// <summary>One stream of a connection: its windows, what was received and not taken, and what is to be sent and had no room yet. Reused for one after another.</summary>
/// <remarks>
/// What is sent is written into the connection's output as soon as windows and output allow; until then it stays where the sender has it, so that a slow
/// reader slows its writer. What is received is bounded by the window, and the window opens again as it is taken.
/// </remarks>
internal sealed class Http2Stream(IHttp2StreamOwner owner, BufferPool pool)
{
    private readonly LoopCompletion<BodySlice> _reading = new();
    private readonly LoopCompletion<bool> _sending = new();
    private ContentQueue? _content;
    private SendSegment _data;
    private FieldTable? _trailers;
    private int _dataWritten;
    private int _takenBytes;
    private int _uncredited;
    private int _use;
    private bool _hasHead;
    private bool _endStream;

    /// <summary>Whose stream it is.</summary>
    public IHttp2StreamOwner Owner { get; } = owner;

    /// <summary>Its number; 0 while it is of no connection.</summary>
    public uint Id { get; private set; }

    /// <summary>The connection it is on.</summary>
    public Http2Connection Connection { get; private set; } = null!;

    /// <summary>When its content goes.</summary>
    public StreamPriority Priority { get; set; }

    /// <summary>Whether it is in the connection's table: neither ended on both sides nor reset.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether the peer knows of it: it opened the stream, or a head was written. Until then there is nothing to be reset.</summary>
    public bool IsKnownToPeer { get; private set; }

    /// <summary>Whether the peer may send content: its final head came.</summary>
    public bool TakesContent { get; set; }

    /// <summary>Whether everything was written that this side sends.</summary>
    public bool LocalEnded { get; private set; }

    /// <summary>Whether the peer has sent everything.</summary>
    public bool RemoteEnded { get; private set; }

    /// <summary>Bytes that may still be sent; negative after the peer made its windows smaller.</summary>
    public long SendWindow { get; set; }

    /// <summary>Bytes that the peer may still send.</summary>
    public int ReceiveWindow { get; private set; }

    /// <summary>How long the peer says its content is; -1 when it doesn't.</summary>
    public long ExpectedBytes { get; set; }

    /// <summary>Bytes of content received so far.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Bytes of content written into the output so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Bytes that were received and not taken.</summary>
    public int BufferedBytes => _content?.Bytes ?? 0;

    /// <summary>Whether somebody waits for what is sent to be written.</summary>
    public bool IsSendPending => _sending.IsPending;

    /// <summary>Its place among those that wait to send; the send queue's business.</summary>
    public Http2Stream? NextReady { get; set; }

    /// <inheritdoc cref="NextReady"/>
    public Http2Stream? PreviousReady { get; set; }

    /// <inheritdoc cref="NextReady"/>
    public bool IsReady { get; set; }

    /// <inheritdoc cref="NextReady"/>
    public uint Turn { get; set; }

    /// <summary>Opens it, for a head of the peer's.</summary>
    /// <param name="connection">Whose stream it is.</param>
    /// <param name="id">Its number.</param>
    /// <param name="remoteEnded">Whether the peer has nothing more to send.</param>
    public void Open(Http2Connection connection, uint id, bool remoteEnded)
    {
        Begin(connection, id, remoteEnded);
        IsKnownToPeer = true;
        TakesContent = true;
    }

    /// <summary>Opens it, for a head of this side's.</summary>
    public void OpenOwn(Http2Connection connection, uint id)
    {
        Begin(connection, id, remoteEnded: false);
        IsKnownToPeer = false;
        TakesContent = false;
    }

    /// <summary>Reads content that is there; false when there is none yet.</summary>
    public bool TryRead(out BodySlice slice)
    {
        CreditTaken();
        if (_content is { IsEmpty: false })
        {
            ArraySegment<byte> bytes = _content.Take();
            _takenBytes = bytes.Count;
            slice = new BodySlice(bytes.Array, bytes.Offset, bytes.Count, RemoteEnded && _content.IsEmpty);
            return true;
        }

        _content?.ReturnTaken();
        slice = RemoteEnded ? BodySlice.End : BodySlice.Failed(ProxyErrorCode.ClientGone);
        return RemoteEnded || !IsOpen;
    }

    /// <summary>Reads the next part of the content, valid until the next read. <see cref="ProxyErrorCode.ClientGone"/> when there is none because the stream is over.</summary>
    public ValueTask<BodySlice> ReadAsync() => TryRead(out BodySlice slice) ? new ValueTask<BodySlice>(slice) : _reading.Begin();

    /// <summary>Ends a pending read with an error.</summary>
    public void CancelRead(ProxyErrorCode error)
    {
        if (_reading.IsPending)
        {
            _reading.Complete(BodySlice.Failed(error));
        }
    }

    /// <summary>Sends a head if there is one (the owner writes it when its turn has come), then content, then the end.</summary>
    /// <param name="hasHead">Whether a head goes first.</param>
    /// <param name="data">Content; it stays the sender's until the call is over.</param>
    /// <param name="endStream">Whether nothing follows.</param>
    /// <param name="trailers">Trailers for the end; null for none.</param>
    /// <returns>Whether it is written into the output; false when the stream is over or the send was cancelled.</returns>
    public ValueTask<bool> SendAsync(bool hasHead, SendSegment data, bool endStream, FieldTable? trailers = null)
    {
        Debug.Assert(!_sending.IsPending, "One send at a time.");
        if (!IsOpen || LocalEnded)
        {
            return new ValueTask<bool>(false);
        }

        _hasHead = hasHead;
        _data = data;
        _dataWritten = 0;
        _endStream = endStream;
        _trailers = trailers;
        if (Connection.Writer.MayWriteNow && TryWrite(int.MaxValue))
        {
            Connection.OnWritten(this);
            return new ValueTask<bool>(true);
        }

        // Writing may have ended the connection.
        if (!IsOpen)
        {
            return new ValueTask<bool>(false);
        }

        ValueTask<bool> sending = _sending.Begin();
        Connection.Writer.WaitToWrite(this);
        return sending;
    }

    /// <summary>Ends a pending send; what was written of it stays written.</summary>
    public void CancelSend()
    {
        Connection.Writer.StopWaiting(this);
        Forget();
        if (_sending.IsPending)
        {
            _sending.Complete(false);
        }
    }

    /// <summary>Whether it could write something now, as far as a window of the connection permits.</summary>
    internal bool CanWrite(long connectionWindow) =>
        _hasHead || _data.Count == _dataWritten || (SendWindow > 0 && connectionWindow > 0);

    /// <summary>Writes what is pending, as far as windows and output go, at most so many frames of content. True when all of it is written.</summary>
    internal bool TryWrite(int framesMax)
    {
        if (_hasHead)
        {
            bool ends = _endStream && _data.Count == 0 && _trailers is null;
            _hasHead = false;
            IsKnownToPeer = true;
            Connection.Writer.WriteHead(this, ends);
            LocalEnded = ends;
        }

        while (_dataWritten < _data.Count)
        {
            if (framesMax-- == 0)
            {
                return false;
            }

            int left = _data.Count - _dataWritten;
            int written = Connection.Writer.WriteData(this, _data.Array.AsSpan(_data.Offset + _dataWritten, left), _endStream && _trailers is null);
            if (written == 0)
            {
                return false;
            }

            _dataWritten += written;
            SentBytes += written;
            LocalEnded = _endStream && _trailers is null && _dataWritten == _data.Count;
        }

        if (_endStream && !LocalEnded)
        {
            LocalEnded = true;
            Connection.Writer.WriteEnd(this, _trailers);
        }

        Forget();
        return true;
    }

    /// <summary>Tells whoever waits that all is written.</summary>
    internal void CompleteSend()
    {
        if (_sending.IsPending)
        {
            _sending.Complete(true);
        }
    }

    /// <summary>Counts bytes of a DATA frame, padding included; false when they are more than the window allows.</summary>
    internal bool TryTakeWindow(int bytes)
    {
        ReceiveWindow -= bytes;
        return ReceiveWindow >= 0;
    }

    /// <summary>Takes content in. False when it is more than the peer said.</summary>
    internal bool TryReceive(ReadOnlySpan<byte> bytes)
    {
        ReceivedBytes += bytes.Length;
        if (ExpectedBytes >= 0 && ReceivedBytes > ExpectedBytes)
        {
            return false;
        }

        bool fits = (_content ??= new ContentQueue(pool)).TryAdd(bytes, int.MaxValue);
        Debug.Assert(fits, "The window is the bound.");
        return true;
    }

    /// <summary>Gives window back for bytes that were never content, or that nobody will take.</summary>
    internal void Credit(int bytes)
    {
        _uncredited += bytes;
        if (IsOpen && !RemoteEnded && _uncredited >= Http2Connection.StreamWindow / 2)
        {
            ReceiveWindow += _uncredited;
            Connection.Writer.WriteWindowUpdate(Id, _uncredited);
            _uncredited = 0;
        }
    }

    /// <summary>The peer has sent everything. False when that is less than it said.</summary>
    internal bool TryEndRemote()
    {
        RemoteEnded = true;
        return ExpectedBytes < 0 || ReceivedBytes == ExpectedBytes;
    }

    /// <summary>Hands what has arrived to whoever waits for it.</summary>
    internal void WakeReader()
    {
        if (_reading.IsPending && TryRead(out BodySlice slice))
        {
            _reading.Complete(slice);
        }

        Owner.OnFramesRead();
    }

    /// <summary>It is no longer in the connection's table. What was received in order can still be read.</summary>
    internal void Close() => IsOpen = false;

    /// <summary>It is over before its time: everybody who waits is told, the owner first.</summary>
    internal void Break(Http2ErrorCode error, Violation violation)
    {
        IsOpen = false;
        RemoteEnded &= violation == Violation.None;
        Forget();

        // Each of these may end the exchange, whose stream may then be in use by another.
        int use = _use;
        Owner.OnReset(error, violation);
        if (_use == use && _sending.IsPending)
        {
            _sending.Complete(false);
        }

        // What came before is still read, and an orderly end that came before is one.
        if (_use == use && _reading.IsPending && TryRead(out BodySlice slice))
        {
            _reading.Complete(slice);
        }

        if (_use == use)
        {
            Owner.OnFramesRead();
        }
    }

    /// <summary>Gives everything back, once the owner is done with it.</summary>
    public void Release()
    {
        Debug.Assert(!IsOpen && !_reading.IsPending && !_sending.IsPending, "It is closed first, and nobody waits.");
        if (_content is not null)
        {
            Connection?.CreditConnection(_content.Bytes);
            _content.Clear();
        }

        Forget();
        _use++;
        Id = 0;
        Connection = null!;
    }

    private void Forget()
    {
        _hasHead = false;
        _data = default;
        _dataWritten = 0;
        _endStream = false;
        _trailers = null;
    }

    // What was taken last has been used by now.
    private void CreditTaken()
    {
        if (_takenBytes > 0)
        {
            int bytes = _takenBytes;
            _takenBytes = 0;
            Connection.CreditConnection(bytes);
            Credit(bytes);
        }
    }

    private void Begin(Http2Connection connection, uint id, bool remoteEnded)
    {
        Debug.Assert(!IsOpen && !IsReady && !_reading.IsPending && !_sending.IsPending, "The last use was ended.");
        Connection = connection;
        Id = id;
        IsOpen = true;
        LocalEnded = false;
        RemoteEnded = remoteEnded;
        SendWindow = connection.Peer.InitialWindowSize;
        ReceiveWindow = Http2Connection.StreamWindow;
        ExpectedBytes = -1;
        ReceivedBytes = 0;
        SentBytes = 0;
        _takenBytes = 0;
        _uncredited = 0;
        Priority = StreamPriority.Default;
    }
}
