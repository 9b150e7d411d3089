using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Cli.Tests;

/// <summary>A connection to the program under test that is kept open.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(60);

    // No more than a connection without a window takes, and more than the head of a request.
    private const int FirstBytes = 1_024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Connects.</summary>
    internal static async Task<RawClient> ConnectAsync(EndPoint server)
    {
        var client = new RawClient();
        using var deadline = new CancellationTokenSource(TimeMax);
        await client._socket.ConnectAsync(server, deadline.Token);
        return client;
    }

    /// <summary>Sends a request and reads its response up to a text; what came by then if the other side ends.</summary>
    internal async Task<string> AskAsync(string request, string end)
    {
        using var deadline = new CancellationTokenSource(TimeMax);
        var text = new StringBuilder();
        try
        {
            await _socket.SendAsync(Encoding.ASCII.GetBytes(request), deadline.Token);
            int count;
            do
            {
                count = await _socket.ReceiveAsync(_buffer, deadline.Token);
                text.Append(Encoding.ASCII.GetString(_buffer, 0, count));
            }
            while (count > 0 && !text.ToString().Contains(end, StringComparison.Ordinal));
        }
        catch (SocketException)
        {
            // Reset: by what came before.
        }

        return text.ToString();
    }

    /// <summary>Sends bytes until the other side takes no more of them for a moment, or all are sent. Whatever it takes, the first of them are.</summary>
    internal async Task SendUntilBlockedAsync(ReadOnlyMemory<byte> bytes, TimeSpan moment)
    {
        using var begin = new CancellationTokenSource(TimeMax);
        bytes = bytes[await _socket.SendAsync(bytes[..Math.Min(bytes.Length, FirstBytes)], begin.Token)..];
        try
        {
            while (!bytes.IsEmpty)
            {
                using var deadline = new CancellationTokenSource(moment);
                bytes = bytes[await _socket.SendAsync(bytes, deadline.Token)..];
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // It is full, or the other side wants no more.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
