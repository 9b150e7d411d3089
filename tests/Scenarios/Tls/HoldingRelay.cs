using System.Net;
using System.Net.Sockets;

namespace Sluice.Scenarios.Tls;

/// <summary>
/// Somebody between a client and the proxy who decides when the client's records arrive: those of its early data only together with the one that ends them
/// (RFC 8446, section 4.5), and the one that would complete the handshake never. What somebody could send who has recorded a client.
/// </summary>
internal sealed class HoldingRelay : IAsyncDisposable
{
    private const int HeaderBytes = 5;
    private const byte ApplicationData = 23;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly EndPoint _proxy;
    private readonly int _heldRecords;
    private readonly Task _running;

    /// <summary>Starts it.</summary>
    /// <param name="proxy">Where the proxy listens.</param>
    /// <param name="heldRecords">How many encrypted records arrive at once; nothing behind them arrives.</param>
    public HoldingRelay(EndPoint proxy, int heldRecords)
    {
        _proxy = proxy;
        _heldRecords = heldRecords;
        _listener.Start();
        _running = RunAsync();
    }

    /// <summary>Where the client connects to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            using var proxy = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await proxy.ConnectAsync(_proxy, _stop.Token);
            await using var toProxy = new NetworkStream(proxy);
            Task back = toProxy.CopyToAsync(client.GetStream(), _stop.Token);
            await ForwardAsync(client.GetStream(), toProxy);
            await back;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // What the proxy did is in its log.
        }
    }

    private async Task ForwardAsync(NetworkStream client, NetworkStream proxy)
    {
        var held = new List<byte>();
        for (int count = 0; count < _heldRecords;)
        {
            byte[] record = await ReadRecordAsync(client);
            if (record[0] == ApplicationData)
            {
                held.AddRange(record);
                count++;
            }
            else
            {
                await proxy.WriteAsync(record, _stop.Token);
            }
        }

        await proxy.WriteAsync(held.ToArray(), _stop.Token);
    }

    private async Task<byte[]> ReadRecordAsync(NetworkStream client)
    {
        byte[] header = new byte[HeaderBytes];
        await client.ReadExactlyAsync(header, _stop.Token);
        byte[] record = [.. header, .. new byte[(header[3] << 8) | header[4]]];
        await client.ReadExactlyAsync(record.AsMemory(HeaderBytes), _stop.Token);
        return record;
    }
}
