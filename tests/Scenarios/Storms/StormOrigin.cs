using System.Net;
using System.Net.Sockets;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Storms;

/// <summary>Three servers that fail every request in the same way, and count how many they had.</summary>
internal sealed class StormOrigin : IAsyncDisposable
{
    private readonly Socket[] _listeners = [Listen(), Listen(), Listen()];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _requests;
    private volatile Mood _mood;

    internal StormOrigin(Mood mood)
    {
        _mood = mood;
        _accepting = Task.WhenAll(_listeners.Select(AcceptAsync));
    }

    /// <summary>What they do with a request.</summary>
    internal enum Mood
    {
        /// <summary>They reset the connection.</summary>
        Resetting,

        /// <summary>They say nothing for as long as the connection lasts.</summary>
        Silent,

        /// <summary>They reset every other request, and answer those between; no connection is used twice.</summary>
        Alternating,
    }

    /// <summary>They as servers of a plan.</summary>
    internal IReadOnlyList<ServerPlan> Servers => [.. _listeners.Select(listener => new ServerPlan(ServerAddresses.Of(listener.LocalEndPoint!)))];

    /// <summary>Requests that they had.</summary>
    internal int Requests => Volatile.Read(ref _requests);

    /// <summary>Changes what they do with requests from now on.</summary>
    internal void Turn(Mood mood)
    {
        _mood = mood;
        Interlocked.Exchange(ref _requests, 0);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        Array.ForEach(_listeners, listener => listener.Dispose());
        _stop.Dispose();
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        return listener;
    }

    private async Task AcceptAsync(Socket listener)
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    // Each request comes in one piece: it has no content.
    private async Task ServeAsync(Socket socket)
    {
        byte[] buffer = new byte[4_096];
        try
        {
            while (await socket.ReceiveAsync(buffer, _stop.Token) > 0)
            {
                bool isEven = Interlocked.Increment(ref _requests) % 2 == 0;
                if (_mood == Mood.Alternating && isEven)
                {
                    await socket.SendAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), _stop.Token);
                }
                else if (_mood != Mood.Silent)
                {
                    socket.LingerState = new LingerOption(true, 0);
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The proxy gave it up, or the test is over.
        }

        socket.Dispose();
    }
}
