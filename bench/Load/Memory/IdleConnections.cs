using System.Collections.Concurrent;
using System.Net.Sockets;
using Sluice.Load.Contenders;
using Sluice.Load.Driver;

namespace Sluice.Load.Memory;

/// <summary>Kept-alive connections that had one answered request each and then stay open.</summary>
internal sealed class IdleConnections : IDisposable
{
    /// <summary>As many connect at the same time; fewer than any listen backlog.</summary>
    private const int AtOnce = 64;

    private readonly ConcurrentBag<Socket> _sockets = [];

    public async Task OpenAsync(Contender contender, int count, CancellationToken stop)
    {
        byte[] request = RawRequest.Get(Origin.SmallPath);
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };
        await Parallel.ForAsync(0, count, options, async (_, token) =>
        {
            Socket socket = await RawRequest.ConnectAsync(contender.Port, null, token);
            _sockets.Add(socket);
            await socket.SendAsync(request, token);
            await RawRequest.ReceiveHeadAsync(socket, Origin.SmallBytes, token);
        });
    }

    /// <summary>How many the proxy closed meanwhile: a closed socket is readable at once, an idle one is not.</summary>
    public int CountClosed() => _sockets.Count(socket => socket.Poll(0, SelectMode.SelectRead));

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            socket.Dispose();
        }
    }
}
