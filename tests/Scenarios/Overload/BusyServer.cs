using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Overload;

/// <summary>A server that works on so many requests at once for a while each, and has the others wait: a thread pool behind a queue. It answers GET alone.</summary>
internal sealed class BusyServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots;
    private readonly TimeSpan _work;
    private readonly Task _accepting;

    private BusyServer(int slots, TimeSpan work)
    {
        _slots = new SemaphoreSlim(slots);
        _work = work;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    /// <summary>It as a server of a plan.</summary>
    internal ServerPlan Plan => new(new ServerAddress { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndPoint!).Port });

    /// <summary>Starts it on a port that is free.</summary>
    internal static BusyServer Start(int slots, TimeSpan work) => new(slots, work);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
        _slots.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        byte[] memory = new byte[8_192];
        int length = 0;
        using (socket)
        {
            try
            {
                int count;
                while ((count = await socket.ReceiveAsync(memory.AsMemory(length), _stop.Token)) > 0)
                {
                    length += count;
                    if (!memory.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                    {
                        continue;
                    }

                    length = 0;
                    await WorkAsync();
                    await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), _stop.Token);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The proxy is gone, or the test is over.
            }
        }
    }

    private async Task WorkAsync()
    {
        await _slots.WaitAsync(_stop.Token);
        try
        {
            await Task.Delay(_work, _stop.Token);
        }
        finally
        {
            _slots.Release();
        }
    }
}
