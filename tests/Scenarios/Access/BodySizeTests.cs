using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Access;

/// <summary>Routes whose requests may be larger or smaller than those of others.</summary>
public sealed class BodySizeTests
{
    [Theory]
    [InlineData(100, 10)]
    [InlineData(0, 10)]
    public async Task Route_WithASmallerLimit_RefusesADeclaredLength(int global, int own)
    {
        await using Story story = Begin(global, own);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Story.Post + "Content-Length: 11\r\n\r\nhello world");

        Assert.Equal((413, "close"), (response.Status, response["Connection"]));
        await client.ExpectGoneAsync();
        Assert.Equal("request_body_too_large", (await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(0)]
    public async Task Route_WithALargerLimit_TakesMoreThanOthers(int own)
    {
        await using Story story = Begin(10, own);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(Story.Post + "Content-Length: 11\r\n\r\nhello world");
        await server.ExpectAsync("hello world");
        await server.RespondAsync();

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Route_WithASmallerLimit_BreaksOffChunkedContentThatGrowsBeyond()
    {
        await using Story story = Begin(1000, 10);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            Story.Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        await client.SendAsync("6\r\n world\r\n0\r\n\r\n");

        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal((413, "close"), (response.Status, response["Connection"]));
        await client.ExpectGoneAsync();
        Assert.DoesNotContain("0\r\n\r\n", Bytes.Text(await server.ReadToEndAsync()), StringComparison.Ordinal);
        Assert.Equal("request_body_too_large", (await story.LogLineAsync()).Error);
    }

    [Fact]
    public async Task Route_WithALargerLimit_TakesLongerChunkedContent()
    {
        await using Story story = Begin(10, 100);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            Story.Post + "Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n");
        await server.ExpectAsync("b\r\nhello world\r\n0\r\n\r\n");
        await server.RespondAsync();

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Client_ThatAsksFirst_IsRefusedBeforeItSendsItsContent()
    {
        await using Story story = Begin(1000, 10);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Story.Post + "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n");

        Assert.Equal((413, "close"), (response.Status, response["Connection"]));
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    private static Story Begin(long global, long own)
    {
        var limits = new ProxyLimits { RequestBodyBytesMax = global };
        return Story.Begin(new ProxySetup { Limits = limits, Route = route => route with { Limits = limits with { RequestBodyBytesMax = own } } });
    }
}
