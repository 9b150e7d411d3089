namespace Sluice.Scenarios.Forwarding;

/// <summary>Requests sent without waiting for responses (RFC 9112, section 9.3.2).</summary>
public sealed class PipeliningTests
{
    [Fact]
    public async Task TwoPipelinedRequests_AreForwardedOneAfterTheOther()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n");

        ScriptedServerConnection server = await story.AcceptAsync();
        Assert.Equal("/1", (await server.ReadRequestAsync()).Target);
        await server.ExpectSilenceAsync(TimeSpan.FromMilliseconds(50));
        await server.RespondAsync("one");
        Assert.Equal("/2", (await server.ReadRequestAsync()).Target);
        await server.RespondAsync("two");

        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        Assert.Equal("two", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task HundredPipelinedRequests_WithContent_AreAnsweredInOrder()
    {
        await using Story story = Story.Begin();
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(string.Concat(Enumerable.Range(0, 100).Select(i =>
            $"POST /{i} HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\n{i:D5}")));

        ScriptedServerConnection server = await story.AcceptAsync();
        for (int i = 0; i < 100; i++)
        {
            HttpRequest request = await server.ReadRequestAsync();
            await server.RespondAsync(request.Target + "=" + request.Text);
        }

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal($"/{i}={i:D5}", (await client.ReadResponseAsync()).Text);
        }
    }
}
