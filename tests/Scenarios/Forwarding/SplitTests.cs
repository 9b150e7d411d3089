namespace Sluice.Scenarios.Forwarding;

/// <summary>Messages mean the same however the network cuts them up.</summary>
public sealed class SplitTests
{
    private const string Requests = "POST /1 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello"
        + "POST /2 HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n3\r\nyou\r\n0\r\nX-Sum: 1\r\n\r\n"
        + "GET /3 HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private static readonly string[] Responses =
    [
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nseco\r\n2\r\nnd\r\n0\r\nX-End: 1\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
    ];

    [Fact]
    public async Task PipelinedRequests_CutAnywhere_AreTheSameRequests()
    {
        await using RecordingUpstream upstream = RecordingUpstream.Start();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), upstream.Plan);
        await using ScriptedClient client = await proxy.ConnectAsync();
        for (int cut = 1; cut < Requests.Length; cut++)
        {
            await client.SendAsync(Requests[..cut]);
            await Task.Yield();
            await client.SendAsync(Requests[cut..]);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal("recorder", (await client.ReadResponseAsync()).Text);
            }

            AssertSame([.. upstream.Requests.TakeLast(3)]);
        }

        Assert.Equal((Requests.Length - 1) * 3, upstream.RequestCount);
        Assert.Empty(upstream.Deviations);
    }

    [Fact]
    public async Task PipelinedRequests_ByteByByte_AreTheSameRequests()
    {
        await using RecordingUpstream upstream = RecordingUpstream.Start();
        await using ProxyFixture proxy = ProxyFixture.Start(new ProxySetup(), new Transcript(), upstream.Plan);
        await using ScriptedClient client = await proxy.ConnectAsync();

        await client.SendSlowlyAsync(Bytes.Of(Requests), bytesEach: 1, TimeSpan.FromMilliseconds(1));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("recorder", (await client.ReadResponseAsync()).Text);
        }

        AssertSame(upstream.Requests);
        Assert.Empty(upstream.Deviations);
    }

    [Fact]
    public async Task Responses_CutAnywhere_AreTheSameResponses()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        foreach (string response in Responses)
        {
            for (int cut = 1; cut < response.Length; cut++)
            {
                await client.SendAsync(Story.Get);
                await server.ReadRequestAsync();
                await server.SendAsync(response[..cut]);
                await Task.Yield();
                await server.SendAsync(response[cut..]);
                AssertSame(await ReadFinalAsync(client), Array.IndexOf(Responses, response));
            }
        }

        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task Responses_ByteByByte_AreTheSameResponses()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        for (int i = 0; i < Responses.Length; i++)
        {
            await client.SendAsync(Story.Get);
            await server.ReadRequestAsync();
            await server.SendSlowlyAsync(Bytes.Of(Responses[i]), bytesEach: 1, TimeSpan.FromMilliseconds(1));
            AssertSame(await ReadFinalAsync(client), i);
        }
    }

    private static async Task<HttpResponse> ReadFinalAsync(ScriptedClient client)
    {
        HttpResponse response = await client.ReadResponseAsync();
        while (response.Status == 103)
        {
            response = await client.ReadResponseAsync();
        }

        return response;
    }

    private static void AssertSame(IReadOnlyList<HttpRequest> requests)
    {
        Assert.Equal(["/1", "/2", "/3"], requests.Select(request => request.Target));
        Assert.Equal(["hello", "helloyou", ""], requests.Select(request => request.Text));
        Assert.Equal("1", requests[1].Trailer("X-Sum"));
    }

    private static void AssertSame(HttpResponse response, int index)
    {
        Assert.Equal((new[] { 200, 200, 204 }[index], new[] { "first", "second", "" }[index]), (response.Status, response.Text));
        Assert.Equal(index == 1 ? "1" : null, response.Trailer("X-End"));
    }
}
