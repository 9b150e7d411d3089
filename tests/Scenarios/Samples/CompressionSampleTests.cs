using Sluice.Scenarios.Compression;

namespace Sluice.Scenarios.Samples;

/// <summary>What samples/compression.yaml says is what happens.</summary>
public sealed class CompressionSampleTests
{
    [Theory]
    [InlineData("/", "text/html", "zstd, br, gzip", "zstd")]
    [InlineData("/", "text/html", "br, gzip", "br")]
    [InlineData("/", "image/png", "br, gzip", null)]
    [InlineData("/account/me", "text/html", "zstd, gzip", "gzip")]
    [InlineData("/data/all", "text/csv", "br, gzip", "gzip")]
    [InlineData("/data/all", "text/html", "br, gzip", null)]
    [InlineData("/archive/1", "text/html", "gzip", null)]
    public async Task Compression_Sample_CompressesWhatItSays(string path, string type, string accepted, string? encoding)
    {
        await using SampleProxy sample = SampleProxy.Start("compression.yaml");
        ScriptedClient client = await sample.Proxy.ConnectAsync();
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: a.test\r\nAccept-Encoding: {accepted}\r\n\r\n");
        ScriptedServerConnection server = await sample.Upstream.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync(CompressionStory.PageResponse(type: type));

        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal(encoding, response["Content-Encoding"]);
        Assert.Equal(CompressionStory.Page, encoding is null ? response.Text : CompressionStory.Decode(encoding, response.Content));
    }

    [Fact]
    public async Task Compression_Sample_DecompressesArchives()
    {
        await using SampleProxy sample = SampleProxy.Start("compression.yaml");
        ScriptedClient client = await sample.Proxy.ConnectAsync();
        await client.SendAsync("GET /archive/1 HTTP/1.1\r\nHost: a.test\r\n\r\n");
        ScriptedServerConnection server = await sample.Upstream.AcceptAsync();
        await server.ReadHeadAsync();
        byte[] content = CompressionStory.Encode("gzip", Bytes.Of(CompressionStory.Page));
        await server.SendAsync((byte[])[.. Bytes.Of($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {content.Length}\r\n\r\n"), .. content]);

        Assert.Equal(CompressionStory.Page, (await client.ReadResponseAsync()).Text);
    }
}
