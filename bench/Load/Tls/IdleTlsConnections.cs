using System.Net;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tls;

namespace Sluice.Load.Tls;

/// <summary>Connections over TLS that had one answered request each and then stay open.</summary>
internal sealed class IdleTlsConnections : IDisposable
{
    private const int AtOnce = 32;
    private const int ConnectTimeoutMs = 5_000;

    private readonly LoopGroup _loops = new(1, bug => Console.Error.WriteLine(bug), (_, _) => { });
    private readonly List<StreamSocket> _sockets = [];
    private readonly TlsClientContext _context = new(
        new TlsSettings(false, true, TlsProtocol.Ciphers, TlsProtocol.CipherSuites, TlsProtocol.Groups, false), null, null, ["http/1.1"], false);

    /// <summary>Opens so many.</summary>
    /// <exception cref="BenchException">One could not be opened, or was answered wrongly.</exception>
    public void Open(int port, int count)
    {
        var target = new SocketTarget(new IPEndPoint(IPAddress.Loopback, port));
        Task[] running = [.. Enumerable.Range(0, AtOnce).Select(_ => LoopGroup.InvokeAsync(_loops.Loops[0], loop => OpenAsync(loop, target, count / AtOnce)).Unwrap())];
        Task.WaitAll(running);
    }

    /// <summary>How many are open still.</summary>
    public int CountOpen() => LoopGroup.InvokeAsync(_loops.Loops[0], _ => _sockets.Count(socket => !socket.PeerClosed)).GetAwaiter().GetResult();

    public void Dispose()
    {
        LoopGroup.InvokeAsync(_loops.Loops[0], _ =>
        {
            _sockets.ForEach(socket => socket.Close());
            return true;
        }).GetAwaiter().GetResult();
        _loops.Dispose();
    }

    private async Task OpenAsync(EventLoop loop, SocketTarget target, int count)
    {
        var connector = new Connector(loop);
        byte[] request = RawRequest.Get(Origin.SmallPath);
        byte[] buffer = new byte[4096];
        for (int i = 0; i < count; i++)
        {
            IoResult connected = await connector.ConnectAsync(target, ConnectTimeoutMs);
            StreamSocket? socket = connector.TakeSocket();
            if (socket is null || connected.IsError || (await socket.ConnectTlsAsync(_context, "bench.example.com", new TlsSessionSlot())).IsError)
            {
                throw new BenchException($"connection {i} could not be opened");
            }

            await socket.SendAsync(request, 0, request.Length);
            IoResult received = await socket.ReceiveAsync(buffer, 0, buffer.Length);
            if (received.Code <= 0 || !buffer.AsSpan(0, received.Bytes).StartsWith("HTTP/1.1 200"u8))
            {
                throw new BenchException($"connection {i} was not answered");
            }

            _sockets.Add(socket);
        }
    }
}
