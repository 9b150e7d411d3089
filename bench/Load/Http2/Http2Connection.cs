using System.Buffers.Binary;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;

namespace Sluice.Load.Http2;

/// <summary>A client's connection over TLS on which the streams have the numbers 1, 3, 5 and so on. For the loop of its socket.</summary>
internal sealed class Http2Connection(StreamSocket socket)
{
    private const int BufferBytes = 20 * 1024;

    /// <summary>`:status: 200` is entry 8 of the static table, in one byte (RFC 7541, section 6.1).</summary>
    private const byte Status200 = 0x88;

    private int _nextStream = 1;

    /// <summary>False once the server has closed it.</summary>
    public bool IsOpen => !socket.PeerClosed;

    /// <summary>Sends the first bytes and one request, and waits for the end of its answer.</summary>
    /// <param name="path">What is asked for.</param>
    /// <param name="responseBytes">The content that has to come.</param>
    /// <exception cref="BenchException">Something else came.</exception>
    public async Task BeginAsync(string path, int responseBytes)
    {
        await SendAsync(Http2Request.Beginning);
        await AskAsync(path);
        byte[] buffer = new byte[BufferBytes];
        int held = 0;
        int missing = responseBytes;
        bool isEnded = false;
        while (!isEnded)
        {
            IoResult received = await socket.ReceiveAsync(buffer, held, buffer.Length - held);
            if (received.Code <= 0)
            {
                throw new BenchException("a connection of HTTP/2 ended before its request was answered");
            }

            held += received.Bytes;
            int at = 0;
            while (TryReadFrame(buffer.AsSpan(at, held - at), out int frameBytes))
            {
                isEnded |= Take(buffer.AsSpan(at, frameBytes), ref missing);
                if (IsSettings(buffer.AsSpan(at, frameBytes)))
                {
                    await SendAsync(Http2Request.SettingsAck);
                }

                at += frameBytes;
            }

            buffer.AsSpan(at, held - at).CopyTo(buffer);
            held -= at;
        }

        if (missing != 0)
        {
            throw new BenchException($"an answer had {responseBytes - missing} bytes and not {responseBytes}");
        }
    }

    /// <summary>Sends one more request without waiting for its answer.</summary>
    public async Task AskAsync(string path)
    {
        await SendAsync(Http2Request.Get(_nextStream, path));
        _nextStream += 2;
    }

    public void Close() => socket.Close();

    private static bool IsSettings(ReadOnlySpan<byte> frame) => frame[3] == Http2Request.SettingsType && (frame[4] & Http2Request.AckFlag) == 0;

    private static bool TryReadFrame(ReadOnlySpan<byte> bytes, out int frameBytes)
    {
        frameBytes = bytes.Length < Http2Request.FrameHeadBytes ? int.MaxValue
            : Http2Request.FrameHeadBytes + (BinaryPrimitives.ReadInt32BigEndian(bytes) >>> 8);
        return frameBytes <= bytes.Length;
    }

    /// <summary>True when a frame ends the response.</summary>
    private static bool Take(ReadOnlySpan<byte> frame, ref int missing)
    {
        byte type = frame[3];
        if (type is Http2Request.ResetType or Http2Request.GoAwayType)
        {
            throw new BenchException($"a request over HTTP/2 was answered with a frame of type {type}");
        }

        if (type == Http2Request.HeadersType && !IsStatus200(frame[Http2Request.FrameHeadBytes..]))
        {
            throw new BenchException("a request over HTTP/2 was not answered with 200");
        }

        missing -= type == Http2Request.DataType ? frame.Length - Http2Request.FrameHeadBytes : 0;
        return type is Http2Request.DataType or Http2Request.HeadersType && (frame[4] & Http2Request.EndStreamFlag) != 0;
    }

    /// <summary>Behind what changes the size of the table (RFC 7541, section 6.3), the status comes first.</summary>
    private static bool IsStatus200(ReadOnlySpan<byte> fields)
    {
        while (fields.Length > 1 && fields[0] is >= 0x20 and < 0x3f)
        {
            fields = fields[1..];
        }

        return fields.Length > 0 && fields[0] == Status200;
    }

    private async Task SendAsync(byte[] bytes)
    {
        if ((await socket.SendAsync(bytes, 0, bytes.Length)).IsError)
        {
            throw new BenchException("a connection of HTTP/2 was broken by the server");
        }
    }
}
