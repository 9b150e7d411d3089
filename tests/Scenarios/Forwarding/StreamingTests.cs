using System.Security.Cryptography;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>Content passes piece by piece, both ways at once, and never faster than its reader.</summary>
public sealed class StreamingTests
{
    private const int BlockBytes = 1 << 20;
    private const int BlockCount = 50;

    [Fact]
    public async Task RequestAndResponse_Interleaved_PassBothWaysAtOnce()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("POST /talk HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
        ScriptedServerConnection server = await story.AcceptAsync();
        ContentReader question = server.ContentOf(await server.ReadHeadAsync());
        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n>\r\n");
        ContentReader answer = client.ContentOf(await client.ReadHeadAsync());
        await answer.ExpectAsync(">");

        foreach (string word in new[] { "one", "two", "three" })
        {
            await client.SendAsync($"{word.Length:x}\r\n{word}\r\n");
            await question.ExpectAsync(word);
            await server.SendAsync($"{word.Length:x}\r\n{word.ToUpperInvariant()}\r\n");
            await answer.ExpectAsync(word.ToUpperInvariant());
        }

        await client.SendAsync("0\r\n\r\n");
        Assert.Empty(await question.ReadRestAsync());
        await server.SendAsync("0\r\n\r\n");
        Assert.Empty(await answer.ReadRestAsync());
    }

    [Fact]
    public async Task CountedContent_PieceByPiece_ArrivesPieceByPiece()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            "PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 6\r\n\r\n");
        foreach (string piece in new[] { "a", "bc", "def" })
        {
            await client.SendAsync(piece);
            await server.ExpectAsync(piece);
        }

        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        await server.SendAsync("wx");
        await content.ExpectAsync("wx");
        await server.SendAsync("yz");
        await content.ExpectAsync("yz");
        Assert.True(content.IsComplete);
    }

    [Fact]
    public async Task ResponseHead_BeforeAnyContent_IsNotHeldBack()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");

        HttpResponse head = await client.ReadHeadAsync();

        Assert.Equal("text/event-stream", head["Content-Type"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_Of50MB_ArrivesUnchanged(bool chunked)
    {
        await using Story story = Story.Begin();
        byte[] block = RandomNumberGenerator.GetBytes(BlockBytes);
        string framing = chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {(long)BlockBytes * BlockCount}";
        ScriptedClient client = await story.ConnectAsync();
        Task sending = SendBlocksAsync(client, $"POST / HTTP/1.1\r\nHost: a.test\r\n{framing}\r\n\r\n", block, chunked);
        ScriptedServerConnection server = await story.AcceptAsync();
        ContentReader content = server.ContentOf(await server.ReadHeadAsync());

        string digest = await content.DigestRestAsync();
        await sending;
        await server.RespondAsync();

        Assert.Equal(DigestOf(block), digest);
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Download_Of50MB_ArrivesUnchanged(bool chunked)
    {
        await using Story story = Story.Begin();
        byte[] block = RandomNumberGenerator.GetBytes(BlockBytes);
        string framing = chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {(long)BlockBytes * BlockCount}";
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        Task sending = SendBlocksAsync(server, $"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n", block, chunked);
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());

        string digest = await content.DigestRestAsync();
        await sending;

        Assert.Equal(DigestOf(block), digest);
    }

    [Fact]
    public async Task SlowReader_OfAResponse_PausesTheUpstream()
    {
        await using Story story = Story.Begin(new ProxyLimits { MinDataRate = 0 });
        (_, ScriptedServerConnection server) = await story.OpenAsync(receiveBufferBytes: 16 * 1024);
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");

        long taken = await server.SendUntilBlockedAsync(new byte[BlockBytes], max: 256L << 20, TimeSpan.FromMilliseconds(500));

        // The kernel's buffers on both connections, at most 4 MiB to send and 6 to receive on each; the proxy itself holds some KiB.
        Assert.InRange(taken, 1, 24L << 20);
    }

    [Fact]
    public async Task SlowReader_OfARequest_PausesTheClient()
    {
        await using Story story = Story.Begin(new ProxyLimits { MinDataRate = 0 });
        story.Upstream.ReceiveBufferBytes = 16 * 1024;
        (ScriptedClient client, _) = await story.OpenAsync(Story.Post + "Content-Length: 1000000000\r\n\r\n");

        long taken = await client.SendUntilBlockedAsync(new byte[BlockBytes], max: 256L << 20, TimeSpan.FromMilliseconds(500));

        Assert.InRange(taken, 1, 24L << 20);
    }

    private static async Task SendBlocksAsync(ScriptedConnection connection, string head, byte[] block, bool chunked)
    {
        await connection.SendAsync(head);
        for (int i = 0; i < BlockCount; i++)
        {
            await connection.SendAsync(chunked ? [.. Bytes.Of($"{block.Length:x}\r\n"), .. block, .. Bytes.Of("\r\n")] : block);
        }

        if (chunked)
        {
            await connection.SendAsync("0\r\n\r\n");
        }
    }

    private static string DigestOf(byte[] block)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < BlockCount; i++)
        {
            hash.AppendData(block);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
