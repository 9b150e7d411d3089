using System.Diagnostics;
using System.Net;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tls;

namespace Sluice.Load.Tls;

/// <summary>Clients that each open one connection after another, ask once, and read to the end.</summary>
internal sealed class HandshakeLoad
{
    private const string Host = "bench.example.com";
    private const int ConnectTimeoutMs = 5_000;

    private readonly SocketTarget _target;
    private readonly bool _resumes;
    private readonly TlsClientContext _context;
    private readonly byte[] _request = RawRequest.GetOnce(Origin.SmallPath);
    private readonly long _endTimestamp;
    private long _requests;
    private long _bytes;
    private long _connectErrors;
    private long _readErrors;
    private long _statusErrors;

    private HandshakeLoad(int port, int seconds, bool resumes)
    {
        _target = new SocketTarget(new IPEndPoint(IPAddress.Loopback, port));
        _resumes = resumes;
        _endTimestamp = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        var settings = new TlsSettings(false, true, TlsProtocol.Ciphers, TlsProtocol.CipherSuites, TlsProtocol.Groups, false);
        _context = new TlsClientContext(settings, null, null, ["http/1.1"], resumes);
    }

    public static WrkResult Run(int port, int seconds, int clients, bool resumes)
    {
        var load = new HandshakeLoad(port, seconds, resumes);
        using var loops = new LoopGroup(1, bug => Console.Error.WriteLine(bug), (_, _) => { });
        long start = Stopwatch.GetTimestamp();
        Task[] running = [.. Enumerable.Range(0, clients).Select(_ => LoopGroup.InvokeAsync(loops.Loops[0], loop => load.RunClientAsync(loop)).Unwrap())];
        Task.WaitAll(running);
        long microseconds = (long)(Stopwatch.GetElapsedTime(start).TotalMilliseconds * 1000);
        return new WrkResult(load._requests, load._bytes, microseconds, load._connectErrors, load._readErrors, 0, 0, load._statusErrors);
    }

    private async Task RunClientAsync(EventLoop loop)
    {
        var connector = new Connector(loop);
        var sessions = new TlsSessionSlot();
        byte[] buffer = new byte[16 * 1024];
        bool isFirst = true;
        while (Stopwatch.GetTimestamp() < _endTimestamp)
        {
            IoResult connected = await connector.ConnectAsync(_target, ConnectTimeoutMs);
            StreamSocket? socket = connector.TakeSocket();
            if (socket is null || connected.IsError)
            {
                _connectErrors++;
                continue;
            }

            if ((await socket.ConnectTlsAsync(_context, Host, sessions)).IsError || (!isFirst && socket.Tls!.IsResumed != _resumes))
            {
                _connectErrors++;
            }
            else
            {
                await AskAsync(socket, buffer);
                isFirst = false;
            }

            socket.Close();
        }
    }

    private async Task AskAsync(StreamSocket socket, byte[] buffer)
    {
        await socket.SendAsync(_request, 0, _request.Length);
        int total = 0;
        while (total < buffer.Length)
        {
            IoResult received = await socket.ReceiveAsync(buffer, total, buffer.Length - total);
            if (received.Code <= 0)
            {
                _readErrors += received.IsError ? 1 : 0;
                break;
            }

            total += received.Bytes;
        }

        _requests++;
        _bytes += total;
        _statusErrors += buffer.AsSpan(0, total).StartsWith("HTTP/1.1 200"u8) ? 0 : 1;
    }
}
