using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Mirroring;

/// <summary>Requests that came over HTTP/2 are copied like all others.</summary>
public sealed class Http2MirrorTests
{
    [Fact]
    public async Task Get_OverHttp2_ReachesBothAlike()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        (_, ScriptedServerConnection before) = await stage.AskAsync("GET /before HTTP/1.1\r\nHost: before.test\r\nX-Own: before\r\n\r\n");
        ScriptedServerConnection shadowBefore = await stage.Shadow.AcceptAsync();
        await shadowBefore.ServeAsync();
        await stage.ExpectCountsAsync(sent: 1);
        before.Close();
        shadowBefore.Close();
        Http2Peer client = await stage.Proxy.ConnectHttp2Async();

        FieldBlock block = client.Request(path: "/a%20b?c=d", authority: "A.test").Add(("x-own", "1"), ("x-forwarded-for", "9.9.9.9"), ("cookie", "a=1"), ("cookie", "b=2"));
        (HttpRequest original, HttpRequest copy) = await AskAsync(stage, client, block, []);

        Assert.Equal(original.ToString(), copy.ToString());
        Assert.Equal(("GET /a%20b?c=d HTTP/1.1", "a.test", "1", "a=1; b=2"), (copy.StartLine, copy["Host"], copy["X-Own"], copy["Cookie"]));
        await stage.ExpectCountsAsync(sent: 2);
    }

    [Theory]
    [InlineData(true, 11)]
    [InlineData(false, 11)]
    [InlineData(true, 200_000)]
    public async Task Post_OverHttp2_IsCopiedWithItsContent(bool hasLength, int count)
    {
        await using MirrorStage stage = MirrorStage.Begin(mirror => mirror with { LagBytesMax = 1 << 20 });
        Http2Peer client = await stage.Proxy.ConnectHttp2Async();
        byte[] content = new byte[count];
        new Random(count).NextBytes(content);

        FieldBlock block = client.Request("POST").Add(hasLength ? [("content-length", $"{count}")] : []);
        (HttpRequest original, HttpRequest copy) = await AskAsync(stage, client, block, content);

        Assert.Equal(content, original.Content);
        Assert.Equal(content, copy.Content);
        await stage.ExpectCountsAsync(sent: 1);
    }

    [Fact]
    public async Task Head_OfManyBytes_IsCopiedWhole()
    {
        await using MirrorStage stage = MirrorStage.Begin();
        Http2Peer client = await stage.Proxy.ConnectHttp2Async();

        (HttpRequest original, HttpRequest copy) = await AskAsync(stage, client, client.Request().Add("x-long", new string('x', 9_000)), []);

        Assert.Equal(original.ToString(), copy.ToString());
    }

    private static async Task<(HttpRequest Original, HttpRequest Copy)> AskAsync(MirrorStage stage, Http2Peer client, FieldBlock block, byte[] content)
    {
        uint stream = await client.SendHeadAsync(block, end: content.Length == 0);
        Task sending = content.Length == 0 ? Task.CompletedTask : client.SendContentAsync(stream, content);
        ScriptedServerConnection primary = await stage.Primary.AcceptAsync();
        Task<HttpRequest> serving = primary.ServeAsync("primary");
        ScriptedServerConnection shadow = await stage.Shadow.AcceptAsync();
        HttpRequest copy = await shadow.ServeAsync("shadow");
        await sending;
        Assert.Equal("primary", (await client.ReadResponseAsync(stream)).Text);
        return (await serving, copy);
    }
}
