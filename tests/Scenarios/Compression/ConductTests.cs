using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Compression;

/// <summary>What compression does beside compressing: secrets, too much to do, what it leaves alone.</summary>
public sealed class ConductTests
{
    [Theory]
    [InlineData("Cookie: a=b\r\n", null)]
    [InlineData("Authorization: Bearer x\r\n", null)]
    [InlineData("", "gzip")]
    public async Task Breach_Skip_LeavesResponsesToRequestsWithCredentials(string fields, string? encoding)
    {
        await using var story = Story.Begin(CompressionStory.Setup(CompressionStory.Steady with { Breach = BreachPolicy.Skip }));

        HttpResponse response = await CompressionStory.ExchangeAsync(story, CompressionStory.Ask("gzip", fields), CompressionStory.PageResponse());

        Assert.Equal((encoding, "Accept-Encoding"), (response["Content-Encoding"], response["Vary"]));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Breach_Pad_MakesLengthsRandom(string encoding)
    {
        await using var story = Story.Begin(CompressionStory.Setup(CompressionStory.Steady with { Breach = BreachPolicy.Pad }));
        var lengths = new HashSet<int>();
        for (int i = 0; i < 20; i++)
        {
            HttpResponse response = await CompressionStory.ExchangeAsync(story, CompressionStory.Ask(encoding), CompressionStory.PageResponse());
            Assert.Equal(CompressionStory.Page, CompressionStory.Decode(encoding, response.Content));
            lengths.Add(response.Content.Length);
        }

        // Of 100 lengths, drawn 20 times: fewer than 5 different ones don't happen.
        Assert.InRange(lengths.Count, 5, 20);
        Assert.InRange(lengths.Max() - lengths.Min(), 5, 100);
    }

    [Fact]
    public async Task Breach_Pad_OffersNoZstd()
    {
        await using var story = Story.Begin(CompressionStory.Setup(CompressionStory.Steady with { Breach = BreachPolicy.Pad }));

        HttpResponse response = await CompressionStory.ExchangeAsync(story, CompressionStory.Ask("zstd, gzip;q=0.1"), CompressionStory.PageResponse());

        Assert.Equal("gzip", response["Content-Encoding"]);
    }

    [Fact]
    public async Task LargeContent_ThatIsNotCompressed_IsStillSpliced()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4000000\r\n\r\n");
        HttpResponse head = await client.ReadHeadAsync();
        Task<byte[]> reading = client.ContentOf(head).ReadRestAsync();
        await server.SendAsync(new byte[4_000_000]);

        Assert.Equal(4_000_000, (await reading).Length);
        Assert.Null(head["Content-Encoding"]);

        // Through this process's memory it would be 122 at the least.
        Assert.InRange(story.Proxy.Server.Loops[0].Counters.Receives, 1, 100);
    }

    [Fact]
    public async Task Compression_ThatTakesTooMuchTime_GivesWay()
    {
        // Nothing at all may go into it.
        await using var story = Story.Begin(CompressionStory.Setup(new CompressionPlan { CpuShareMax = 0, GzipLevel = 9 }));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        long lowered = 0;
        while (lowered == 0)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await CompressionStory.ExchangeAsync(story, CompressionStory.Ask("gzip"), CompressionStory.PageResponse());
            lowered = story.Proxy.Server.CompressionGivenUp.Lowered + story.Proxy.Server.CompressionGivenUp.Skipped;
        }

        await story.Proxy.Messages.WaitForAsync("compression: ");
    }

    [Fact]
    public async Task Counts_AreOfBytesBeforeAndAfter()
    {
        await using var story = Story.Begin(CompressionStory.Default);

        HttpResponse response = await CompressionStory.ExchangeAsync(story, CompressionStory.Ask("br"), CompressionStory.PageResponse());

        await story.LogLineAsync();
        Sluice.Proxy.Compression.CodingCounts counts = story.Proxy.Server.CompressionOf(Sluice.Http.Representations.ContentCoding.Brotli).Compressed;
        Assert.Equal((1, CompressionStory.Page.Length, response.Content.Length), (counts.Responses, counts.BytesIn, counts.BytesOut));
    }

    [Fact]
    public async Task Client_ThatGoesWithinCompressedContent_EndsTheServersConnection()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CompressionStory.Ask("gzip"));
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        await client.ReadHeadAsync();
        client.Reset();

        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task Server_ThatBreaksOff_LeavesCompressedContentWithoutItsEnd()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CompressionStory.Ask("gzip"));
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\nhello");
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        server.Close();

        await content.ReadTruncatedAsync();
        Assert.Equal("response_truncated", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Keeping_TheConnection_WorksAcrossResponsesOfAllKinds()
    {
        await using var story = Story.Begin(CompressionStory.Default);
        ScriptedClient client = await story.ConnectAsync();
        ScriptedServerConnection? server = null;
        foreach (string accepted in (string[])["gzip", "identity", "br", "zstd", "gzip", "identity"])
        {
            await client.SendAsync(CompressionStory.Ask(accepted));
            server ??= await story.AcceptAsync();
            await server.ReadHeadAsync();
            await server.SendAsync(CompressionStory.PageResponse());
            HttpResponse response = await client.ReadResponseAsync();
            Assert.Equal(CompressionStory.Page, accepted == "identity" ? response.Text : CompressionStory.Decode(accepted, response.Content));
        }
    }
}
