using System.IO.Compression;
using System.Text;
using Sluice.Proxy.Plans;
using Sluice.Reactor.Compression;
using BrotliDecoder = Sluice.Reactor.Compression.BrotliDecoder;

namespace Sluice.Scenarios.Compression;

/// <summary>What the scenarios of compression share: a proxy that compresses, texts, and decoders.</summary>
internal static class CompressionStory
{
    /// <summary>What clients may be given.</summary>
    public static TheoryData<string> Encodings => ["gzip", "br", "zstd"];

    /// <summary>A page of 20 KB that compresses well.</summary>
    public static string Page { get; } = string.Concat(Enumerable.Range(0, 400).Select(i => $"<li class=\"item\">item number {i * 7919 % 1000}</li>\n"));

    /// <summary>A proxy with this compression.</summary>
    public static ProxySetup Setup(CompressionPlan? plan = null, bool decompress = false) =>
        new() { Http2 = Http2Mode.PriorKnowledge, Route = route => route with { Compression = plan, Decompress = decompress } };

    /// <summary>Compression as by default, however busy the machine is: a worker that is held up within it seems to spend all of its time on it.</summary>
    public static CompressionPlan Steady { get; } = new() { CpuShareMax = 10_000 };

    /// <summary>A proxy that compresses like that.</summary>
    public static ProxySetup Default => Setup(Steady);

    /// <summary>A request that takes these encodings.</summary>
    public static string Ask(string accepted, string fields = "", string method = "GET") =>
        $"{method} / HTTP/1.1\r\nHost: a.test\r\nAccept-Encoding: {accepted}\r\n{fields}\r\n";

    /// <summary>A response with a page.</summary>
    public static string PageResponse(string fields = "", string type = "text/html") =>
        $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\n{fields}Content-Length: {Page.Length}\r\n\r\n{Page}";

    /// <summary>Sends a request, and answers it with a response.</summary>
    public static async Task<HttpResponse> ExchangeAsync(Story story, string request, string response)
    {
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(request);
        await server.SendAsync(response);
        HttpResponse received = await client.ReadResponseAsync(request.Split(' ')[0]);
        client.Close();
        server.Close();
        return received;
    }

    /// <summary>Content in an encoding.</summary>
    public static byte[] Encode(string encoding, byte[] content)
    {
        StreamEncoder encoder = encoding switch { "gzip" => new GzipEncoder(), "br" => new Sluice.Reactor.Compression.BrotliEncoder(), _ => new ZstdEncoder() };
        byte[] room = new byte[content.Length + 1024];
        Assert.True(encoder.TryBegin(new EncoderSettings(3, -1, 0)));
        Assert.Equal(EncodeStatus.Done, encoder.Encode(content, EncodeOperation.Finish, room, out _, out int written));
        encoder.End();
        encoder.Free();
        return room[..written];
    }

    /// <summary>What is in an encoded content, by the runtime's own decoders where it has one.</summary>
    public static string Decode(string encoding, byte[] content)
    {
        if (encoding == "zstd")
        {
            var decoder = new ZstdDecoder();
            Assert.True(decoder.TryBegin());
            byte[] room = new byte[4 << 20];
            Assert.Equal(DecodeStatus.NeedsInput, decoder.Decode(content, room, out _, out int written));
            Assert.True(decoder.IsWhole);
            decoder.End();
            return Encoding.Latin1.GetString(room, 0, written);
        }

        var source = new MemoryStream(content);
        using Stream stream = encoding == "gzip" ? new GZipStream(source, CompressionMode.Decompress) : new BrotliStream(source, CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    /// <summary>A decoder for content that comes bit by bit.</summary>
    public static StreamDecoder DecoderOf(string encoding)
    {
        StreamDecoder decoder = encoding switch { "gzip" => new GzipDecoder(), "br" => new BrotliDecoder(), _ => new ZstdDecoder() };
        Assert.True(decoder.TryBegin());
        return decoder;
    }
}
