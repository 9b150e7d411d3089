using System.Net;
using System.Net.Sockets;
using Sluice.TestKit.Time;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Sockets;

/// <summary>A client whose every byte is in the script.</summary>
public sealed class ScriptedClient : ScriptedConnection
{
    private ScriptedClient(Socket socket, string name, Transcript transcript)
        : base(socket, name, transcript)
    {
    }

    /// <summary>Connects.</summary>
    /// <param name="endPoint">Where to; TCP or a unix socket.</param>
    /// <param name="transcript">Where it writes what it does.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="receiveBufferBytes">The kernel's receive buffer and with it the window; 0 is the kernel's choice.</param>
    public static async Task<ScriptedClient> ConnectAsync(
        EndPoint endPoint, Transcript transcript, string name = "client", int receiveBufferBytes = 0)
    {
        bool isUnix = endPoint.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (receiveBufferBytes > 0)
        {
            socket.ReceiveBufferSize = receiveBufferBytes;
        }

        using var deadline = new CancellationTokenSource(Patience.PerStep);
        await socket.ConnectAsync(endPoint, deadline.Token);
        transcript.Note(name, "connected");
        return new ScriptedClient(socket, name, transcript);
    }

    /// <summary>Reads the head of a response, interim ones too.</summary>
    /// <param name="requestMethod">The method of the request, which decides whether content follows.</param>
    public async Task<HttpResponse> ReadHeadAsync(string requestMethod = "GET")
    {
        string text = await ReadThroughAsync("\r\n\r\n");
        (string line, IReadOnlyList<KeyValuePair<string, string>> fields) = HeadText.Split(text);
        bool isStatusLine = line.Length >= 12
            && line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            && line.AsSpan(9, 3).IndexOfAnyExceptInRange('0', '9') < 0
            && (line.Length == 12 || line[12] == ' ');
        if (!isStatusLine)
        {
            throw Failure($"{Name}: not a status line: {Bytes.Show(Bytes.Of(line))}");
        }

        return new HttpResponse { StartLine = line, Fields = fields, RequestMethod = requestMethod };
    }

    /// <summary>Begins to read the content that follows a head.</summary>
    public ContentReader ContentOf(HttpResponse head) => ContentReader.For(this, head, head.MayHaveContent, endsAtClose: true);

    /// <summary>Reads a whole response; one that ends with its connection takes its end too.</summary>
    public async Task<HttpResponse> ReadResponseAsync(string requestMethod = "GET")
    {
        HttpResponse head = await ReadHeadAsync(requestMethod);
        ContentReader content = ContentOf(head);
        byte[] bytes = await content.ReadRestAsync();
        return head with { Content = bytes, Trailers = content.Trailers };
    }

    /// <summary>Sends a request and reads its response.</summary>
    public async Task<HttpResponse> ExchangeAsync(string request)
    {
        await SendAsync(request);
        return await ReadResponseAsync(request.Split(' ')[0]);
    }
}
