using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.TestKit.Upstreams;

/// <summary>A server at one address of this host that answers every request with that address, and closes the connection. Any thread.</summary>
public sealed class AddressOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _connections;

    private AddressOrigin(IPEndPoint endPoint)
    {
        _listener = new TcpListener(endPoint);
        _listener.Start();
        _running = RunAsync();
    }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Listens.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port; 0 lets the kernel choose.</param>
    public static AddressOrigin Start(string address, int port = 0) => new(new IPEndPoint(IPAddress.Parse(address), port));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_running.IsCompleted)
        {
            return;
        }

        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        string body = ((IPEndPoint)_listener.LocalEndpoint).Address.ToString();
        using (client)
        {
            try
            {
                byte[] request = new byte[16_384];
                if (await client.ReceiveAsync(request, _stop.Token) > 0)
                {
                    await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}"), _stop.Token);
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The proxy went away first.
            }
        }
    }
}
