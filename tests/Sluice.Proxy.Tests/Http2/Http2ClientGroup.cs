using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Sluice.Http.Http2;
using Xunit;

namespace Sluice.Proxy.Tests.Http2;

/// <summary>HTTP/2 connections that send so many requests each at the same time, and read the responses; blocking and without allocation.</summary>
internal sealed class Http2ClientGroup : IDisposable
{
    private const int StreamsPerConnection = 16;
    private const int FrameLengthBytes = 3;

    private readonly Socket[] _sockets;
    private readonly byte[] _requests;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly int _requestLength;
    private uint _nextStream = 1;

    public Http2ClientGroup(int port, int connections)
    {
        // GET, /, http and an authority that no table keeps.
        byte[] block = [0x82, 0x84, 0x86, 0x01, 0x01, (byte)'a'];
        _requestLength = FrameHeader.Bytes + block.Length;
        _requests = new byte[StreamsPerConnection * _requestLength];
        for (int i = 0; i < StreamsPerConnection; i++)
        {
            Span<byte> request = _requests.AsSpan(i * _requestLength, _requestLength);
            new FrameHeader(block.Length, FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 0).Write(request);
            block.CopyTo(request[FrameHeader.Bytes..]);
        }

        _sockets = new Socket[connections];
        for (int i = 0; i < connections; i++)
        {
            _sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };
            _sockets[i].Connect(IPAddress.Loopback, port);
            _sockets[i].Send(Beginning());
        }
    }

    /// <summary>Runs rounds, and returns how many requests those were.</summary>
    public int Run(int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < StreamsPerConnection; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(_requests.AsSpan((i * _requestLength) + FrameHeader.Bytes - sizeof(uint)), _nextStream);
                _nextStream += 2;
            }

            foreach (Socket socket in _sockets)
            {
                socket.Send(_requests);
            }

            foreach (Socket socket in _sockets)
            {
                ReadResponses(socket);
            }
        }

        return rounds * StreamsPerConnection * _sockets.Length;
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }

    // The preface, and a window for all the responses that there may be.
    private static byte[] Beginning()
    {
        byte[] settings = new byte[FrameHeader.Bytes];
        new FrameHeader(0, FrameType.Settings, FrameFlags.None, 0).Write(settings);
        byte[] window = new byte[FrameHeader.Bytes + sizeof(uint)];
        new FrameHeader(sizeof(uint), FrameType.WindowUpdate, FrameFlags.None, 0).Write(window);
        BinaryPrimitives.WriteUInt32BigEndian(window.AsSpan(FrameHeader.Bytes), Http2Constants.WindowMax - Http2Constants.DefaultWindow);
        return [.. Http2Constants.Preface, .. settings, .. window];
    }

    // Until so many streams have ended; a stream that is reset is a failure.
    private void ReadResponses(Socket socket)
    {
        int length = 0;
        for (int ended = 0; ended < StreamsPerConnection;)
        {
            int received = socket.Receive(_buffer, length, _buffer.Length - length, SocketFlags.None);
            Assert.True(received > 0, "The connection stays open.");
            length += received;
            int start = 0;
            while (length - start >= FrameHeader.Bytes)
            {
                FrameHeader frame = FrameHeader.Read(_buffer.AsSpan(start));
                if (length - start < FrameHeader.Bytes + frame.Length)
                {
                    break;
                }

                Assert.True(frame.Type is FrameType.Headers or FrameType.Data or FrameType.Settings or FrameType.WindowUpdate, $"{frame.Type}");
                ended += frame.Type is FrameType.Headers or FrameType.Data && frame.Has(FrameFlags.EndStream) ? 1 : 0;
                start += FrameHeader.Bytes + frame.Length;
            }

            _buffer.AsSpan(start, length - start).CopyTo(_buffer);
            length -= start;
        }

        Assert.True(length < FrameLengthBytes, "Nothing follows the last response.");
    }
}
