using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Cli.Tests;

/// <summary>A server behind the proxy: answers each connection's only request with its name, or never.</summary>
internal sealed class TestOrigin : IDisposable
{
    private readonly Socket _listener;
    private readonly string _name;
    private readonly bool _answers;
    private readonly List<Socket> _kept = [];
    private readonly TaskCompletionSource<string> _firstRequest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TestOrigin(EndPoint endPoint, string name, bool answers)
    {
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(endPoint);
        _listener.Listen();
        _name = name;
        _answers = answers;
        _ = AcceptAsync();
    }

    /// <summary>Its port.</summary>
    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Starts one that answers.</summary>
    internal static TestOrigin Start(string name) => new(new IPEndPoint(IPAddress.Loopback, 0), name, answers: true);

    /// <summary>Starts one that takes requests and never answers.</summary>
    internal static TestOrigin StartSilent() => new(new IPEndPoint(IPAddress.Loopback, 0), "", answers: false);

    /// <summary>Starts one on a unix socket.</summary>
    internal static TestOrigin StartUnix(string path, string name) => new(new UnixDomainSocketEndPoint(path), name, answers: true);

    /// <summary>Waits for the first request, and returns its head.</summary>
    internal Task<string> FirstRequestAsync() => _firstRequest.Task.WaitAsync(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _listener.Dispose();
        lock (_kept)
        {
            _kept.ForEach(socket => socket.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync();
                lock (_kept)
                {
                    _kept.Add(client);
                }

                _ = AnswerAsync(client);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        var request = new StringBuilder();
        var chunk = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = await client.ReceiveAsync(chunk);
            if (read == 0)
            {
                return;
            }

            request.Append(Encoding.ASCII.GetString(chunk, 0, read));
        }

        _firstRequest.TrySetResult(request.ToString());
        if (_answers)
        {
            await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-length: {_name.Length}\r\nconnection: close\r\n\r\n{_name}"));
            client.Dispose();
        }
    }
}
