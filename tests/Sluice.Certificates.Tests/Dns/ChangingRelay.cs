using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sluice.Certificates.Tests.Dns;

/// <summary>Stands between a DNS client and its server, and changes one byte of each response: somebody on the way who lies.</summary>
internal sealed class ChangingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly int _changedAt;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _relaying;

    /// <param name="server">The server.</param>
    /// <param name="changedAt">Which byte of the message; negative to cut the last one off instead.</param>
    internal ChangingRelay(IPEndPoint server, int changedAt)
    {
        _server = server;
        _changedAt = changedAt;
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _relaying = RelayAsync();
    }

    /// <summary>Where it listens.</summary>
    internal IPEndPoint EndPoint { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Not by stopping the listener, which between two clients would be an error of its own.
        await _stop.CancelAsync();
        await _relaying;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RelayAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                using var server = new TcpClient();
                await server.ConnectAsync(_server);
                await WriteAsync(server.GetStream(), await ReadAsync(client.GetStream()));
                byte[] response = await ReadAsync(server.GetStream());
                await WriteAsync(client.GetStream(), Change(response));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private byte[] Change(byte[] response)
    {
        if (_changedAt < 0)
        {
            return response[..^1];
        }

        response[_changedAt] ^= 1;
        return response;
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream)
    {
        byte[] length = new byte[2];
        await stream.ReadExactlyAsync(length);
        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message);
        return message;
    }

    private static async Task WriteAsync(NetworkStream stream, byte[] message)
    {
        byte[] framed = [(byte)(message.Length >> 8), (byte)message.Length, .. message];
        await stream.WriteAsync(framed);
    }
}
