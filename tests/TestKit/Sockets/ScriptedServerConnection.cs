using System.Net.Sockets;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Sockets;

/// <summary>The upstream's side of one connection, whose every byte is in the script.</summary>
public sealed class ScriptedServerConnection : ScriptedConnection
{
    internal ScriptedServerConnection(Socket socket, string name, Transcript transcript)
        : base(socket, name, transcript)
    {
    }

    /// <summary>Reads the head of a request.</summary>
    public async Task<HttpRequest> ReadHeadAsync()
    {
        (string line, IReadOnlyList<KeyValuePair<string, string>> fields) = HeadText.Split(await ReadThroughAsync("\r\n\r\n"));
        if (line.Split(' ') is not [_, _, "HTTP/1.1"])
        {
            throw Failure($"{Name}: not a canonical request line: {Bytes.Show(Bytes.Of(line))}");
        }

        return new HttpRequest { StartLine = line, Fields = fields };
    }

    /// <summary>Begins to read the content that follows a head.</summary>
    public ContentReader ContentOf(HttpRequest head) => ContentReader.For(this, head, mayHaveContent: true, endsAtClose: false);

    /// <summary>Reads a whole request.</summary>
    public async Task<HttpRequest> ReadRequestAsync()
    {
        HttpRequest head = await ReadHeadAsync();
        ContentReader content = ContentOf(head);
        byte[] bytes = await content.ReadRestAsync();
        return head with { Content = bytes, Trailers = content.Trailers };
    }

    /// <summary>Answers 200 with a text.</summary>
    public Task RespondAsync(string content = "ok") => SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n\r\n{content}");

    /// <summary>Reads a request and answers 200 with a text.</summary>
    public async Task<HttpRequest> ServeAsync(string content = "ok")
    {
        HttpRequest request = await ReadRequestAsync();
        await RespondAsync(content);
        return request;
    }
}
