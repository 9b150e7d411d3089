using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.TestKit.Web;

/// <summary>
/// A web server of the smallest kind, for peers that a test plays: one request per connection, on the loopback address and a port that the kernel
/// chooses. What its handler throws becomes a 500 with the text of the exception.
/// </summary>
public sealed class SmallWebServer : IAsyncDisposable
{
    private const int HeadBytesMax = 64 * 1024;
    private readonly TcpListener _listener;
    private readonly Func<SmallRequest, Task<SmallResponse>> _answer;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    private SmallWebServer(int port, Func<SmallRequest, Task<SmallResponse>> answer)
    {
        _answer = answer;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Listens, at a port that is given or chosen.</summary>
    public static SmallWebServer Start(Func<SmallRequest, Task<SmallResponse>> answer, int port = 0) => new(port, answer);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = Task.Run(() => ServeAsync(client, _end.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test ended.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken ct)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                if (await ReadAsync(stream, ct) is { } request)
                {
                    await WriteAsync(stream, request, await AnswerAsync(request), ct);
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The peer went away.
            }
        }
    }

    private async Task<SmallResponse> AnswerAsync(SmallRequest request)
    {
        try
        {
            return await _answer(request);
        }
        catch (Exception exception)
        {
            return SmallResponse.Text(500, exception.ToString());
        }
    }

    private static async Task<SmallRequest?> ReadAsync(NetworkStream stream, CancellationToken ct)
    {
        var buffer = new byte[HeadBytesMax];
        int length = 0;
        int end;
        while ((end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(length), ct);
            if (count == 0)
            {
                return null;
            }

            length += count;
        }

        string[] lines = Encoding.Latin1.GetString(buffer, 0, end).Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        int contentLength = int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture);
        var content = new byte[contentLength];
        int there = Math.Min(contentLength, length - end - 4);
        buffer.AsSpan(end + 4, there).CopyTo(content);
        await stream.ReadExactlyAsync(content.AsMemory(there), ct);
        string[] first = lines[0].Split(' ');
        return new SmallRequest(first[0], first[1], headers.GetValueOrDefault("Host", ""), headers, content);
    }

    private static async Task WriteAsync(NetworkStream stream, SmallRequest request, SmallResponse response, CancellationToken ct)
    {
        var head = new StringBuilder($"HTTP/1.1 {response.Status} .\r\nConnection: close\r\nContent-Length: {response.Content.Length}\r\n");
        if (response.ContentType.Length > 0)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {response.ContentType}\r\n");
        }

        foreach ((string name, string value) in response.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        byte[] bytes = Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
        await stream.WriteAsync(request.Method == "HEAD" ? bytes : [.. bytes, .. response.Content], ct);
    }
}
