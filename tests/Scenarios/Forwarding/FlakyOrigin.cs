using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>
/// A server that answers each request with its path, once or many times, or breaks off somewhere, at random but from fixed seeds.
/// </summary>
internal sealed class FlakyOrigin : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    internal FlakyOrigin()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    /// <summary>It as a server of a plan.</summary>
    internal ServerPlan Plan => new(ServerAddresses.Of(_listener.LocalEndPoint!));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            for (int seed = 0; ; seed++)
            {
                serving.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token), new Random(seed)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket, Random random)
    {
        byte[] buffer = new byte[256 * 1024];
        int length = 0;
        try
        {
            while (true)
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token);
                length += count;
                StrictOutcome outcome = StrictRequestParser.Parse(buffer.AsSpan(0, length));
                if (count == 0 || outcome.Deviation is not null)
                {
                    break;
                }

                if (outcome.Request is { } request)
                {
                    buffer.AsSpan(outcome.Length, length - outcome.Length).CopyTo(buffer);
                    length -= outcome.Length;
                    if (!await AnswerAsync(socket, request.Target[1..], random))
                    {
                        break;
                    }
                }
                else if (random.Next(40) == 0)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The proxy broke off, or the test is over.
        }

        socket.LingerState = new LingerOption(random.Next(2) == 0, 0);
        socket.Dispose();
    }

    // False when the connection is to be closed.
    private async Task<bool> AnswerAsync(Socket socket, string id, Random random)
    {
        string text = string.Concat(Enumerable.Repeat(id + ";", random.Next(3) == 0 ? random.Next(1, 40_000) : 1));
        byte[] wire = Bytes.Of(random.Next(3) switch
        {
            0 => $"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}",
            1 => "HTTP/1.1 103 Early Hints\r\n\r\n"
                + $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{text.Length:x}\r\n{text}\r\n0\r\n\r\n",
            _ => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{text[0]}\r\n{text.Length - 1:x}\r\n{text[1..]}\r\n0\r\n\r\n",
        });
        bool breaksOff = random.Next(10) == 0;
        int sent = breaksOff ? random.Next(wire.Length) : wire.Length;
        int cut = random.Next(sent + 1);
        await socket.SendAsync(wire.AsMemory(0, cut), _stop.Token);
        await socket.SendAsync(wire.AsMemory(cut, sent - cut), _stop.Token);
        return !breaksOff && random.Next(20) != 0;
    }
}
