using System.Net;
using Sluice.Load.Contenders;
using Sluice.Reactor;
using Sluice.Reactor.Sockets;
using Sluice.Reactor.Tls;

namespace Sluice.Load.Http2;

/// <summary>Connections over TLS that had one answered request each and then stay open, with or without streams that wait.</summary>
internal sealed class Http2Connections : IDisposable
{
    private const int AtOnce = 20;
    private const int ConnectTimeoutMs = 5_000;

    private readonly LoopGroup _loops = new(1, bug => Console.Error.WriteLine(bug), (_, _) => { });
    private readonly List<Http2Connection> _connections = [];
    private readonly TlsClientContext _context = new(
        new TlsSettings(false, true, TlsProtocol.Ciphers, TlsProtocol.CipherSuites, TlsProtocol.Groups, false), null, null, ["h2"], false);

    /// <summary>Opens so many, a multiple of 20.</summary>
    /// <exception cref="BenchException">One could not be opened, or was answered wrongly.</exception>
    public Task OpenAsync(int port, int count)
    {
        var target = new SocketTarget(new IPEndPoint(IPAddress.Loopback, port));
        return Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => OnLoopAsync(loop => OpenAsync(loop, target, count / AtOnce))));
    }

    /// <summary>Begins so many requests on each, which the origin leaves waiting.</summary>
    public Task HoldAsync(int streams) => OnLoopAsync(async _ =>
    {
        foreach (Http2Connection connection in _connections)
        {
            for (int i = 0; i < streams; i++)
            {
                await connection.AskAsync(SilentOrigin.Path);
            }
        }
    });

    /// <summary>How many are open still.</summary>
    public Task<int> CountOpenAsync() => LoopGroup.InvokeAsync(_loops.Loops[0], _ => _connections.Count(connection => connection.IsOpen));

    public void Dispose()
    {
        LoopGroup.InvokeAsync(_loops.Loops[0], _ =>
        {
            _connections.ForEach(connection => connection.Close());
            return true;
        }).GetAwaiter().GetResult();
        _loops.Dispose();
    }

    private Task OnLoopAsync(Func<EventLoop, Task> work) => LoopGroup.InvokeAsync(_loops.Loops[0], work).Unwrap();

    private async Task OpenAsync(EventLoop loop, SocketTarget target, int count)
    {
        var connector = new Connector(loop);
        for (int i = 0; i < count; i++)
        {
            IoResult connected = await connector.ConnectAsync(target, ConnectTimeoutMs);
            StreamSocket? socket = connector.TakeSocket();
            if (socket is null || connected.IsError || (await socket.ConnectTlsAsync(_context, "bench.example.com", new TlsSessionSlot())).IsError)
            {
                throw new BenchException($"connection {i} could not be opened");
            }

            var connection = new Http2Connection(socket);
            await connection.BeginAsync(Origin.SmallPath, Origin.SmallBytes);
            _connections.Add(connection);
        }
    }
}
