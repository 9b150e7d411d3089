using System.Net.Sockets;
using Sluice.TestKit.Http2.Hpack;
using Sluice.TestKit.Sockets;
using Sluice.TestKit.Wire;

namespace Sluice.TestKit.Http2;

/// <summary>The server's side of one connection, whose every frame is in the script.</summary>
public sealed class Http2OriginConnection : Http2Endpoint
{
    private readonly HashSet<uint> _taken = [];

    internal Http2OriginConnection(Socket socket, Stream stream, string name, Transcript transcript)
        : base(socket, stream, isClient: false, name, transcript)
    {
    }

    /// <summary>Reads up to the head of the next request that no step has read yet.</summary>
    public async Task<StreamRecord> ReadHeadAsync()
    {
        await ReadUntilAsync(() => Next() is not null, "the head of a request");
        StreamRecord stream = Next()!;
        _taken.Add(stream.Id);
        return stream;
    }

    /// <summary>Reads the next request with its content and trailers.</summary>
    /// <returns>The stream, and the request.</returns>
    public async Task<(uint Stream, HttpRequest Request)> ReadRequestAsync()
    {
        StreamRecord stream = await ReadHeadAsync();
        await ReadUntilAsync(() => stream.IsOver, $"the end of the request on stream {stream.Id}");
        return stream.HasEnded ? (stream.Id, stream.ToRequest()) : throw Failure($"{Name}: the request on stream {stream.Id} was reset: {stream.Reset}");
    }

    /// <summary>Answers.</summary>
    public async Task RespondAsync(
        uint stream, string content = "ok", int status = 200, (string Name, string Value)[]? fields = null, (string Name, string Value)[]? trailers = null)
    {
        bool endsAtHead = content.Length == 0 && trailers is null;
        await SendAsync(Frames.Headers(stream, FieldBlock.Response(status).Add(fields ?? []).ToArray(), endsAtHead));
        await SendContentAsync(stream, Bytes.Of(content), end: trailers is null);
        if (trailers is not null)
        {
            await SendAsync(Frames.Headers(stream, new FieldBlock().Add(trailers).ToArray()));
        }
    }

    /// <summary>Reads a request and answers it.</summary>
    public async Task<HttpRequest> ServeAsync(string content = "ok")
    {
        (uint stream, HttpRequest request) = await ReadRequestAsync();
        await RespondAsync(stream, content);
        return request;
    }

    internal async Task ReadPrefaceAsync()
    {
        byte[] preface = await ReadBytesAsync(Frames.Preface.Length);
        if (!preface.AsSpan().SequenceEqual(Frames.Preface))
        {
            throw Failure($"{Name}: expected the preface, but there is {Bytes.Show(preface)}");
        }
    }

    private StreamRecord? Next() => Streams.Values.Where(stream => stream.Head is not null && !_taken.Contains(stream.Id)).MinBy(stream => stream.Id);
}
