namespace Sluice.Scenarios.Samples;

/// <summary>What samples/files.yaml says is what happens.</summary>
public sealed class FilesSampleTests : IAsyncDisposable
{
    private readonly ScriptedUpstream _api;
    private readonly ProxyFixture _proxy;

    public FilesSampleTests()
    {
        var transcript = new Transcript();
        _api = ScriptedUpstream.Start(transcript);
        _proxy = ProxyFixture.Start(
            SampleProxy.PlanOf("files.yaml", ("http://127.0.0.1:3000", $"http://127.0.0.1:{_api.Plan.Address.Port}"), ("./files", Path.Combine(SampleProxy.Folder, "files"))), transcript);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Application_IsServedForEveryPath_AndItsAssetsForGood()
    {
        HttpResponse page = await GetAsync("/orders/7");
        HttpResponse asset = await GetAsync("/assets/app.5f3a9c.js", "Accept-Encoding: gzip, br\r\n");
        HttpResponse plain = await GetAsync("/assets/app.5f3a9c.js");

        Assert.Contains("<title>application</title>", page.Text, StringComparison.Ordinal);
        Assert.Equal("no-cache", page["Cache-Control"]);
        Assert.Equal(("gzip", "public, max-age=31536000, immutable"), (asset["Content-Encoding"], asset["Cache-Control"]));
        Assert.Equal((200, "text/javascript; charset=utf-8"), (plain.Status, plain["Content-Type"]));
        Assert.Equal(404, (await GetAsync("/assets/missing.js")).Status);
    }

    [Fact]
    public async Task Downloads_AreListed_AndContinued()
    {
        HttpResponse list = await GetAsync("/downloads/");
        HttpResponse part = await GetAsync("/downloads/manual.txt", "Range: bytes=4-\r\n");

        Assert.Contains("<a href=\"./manual.txt\">", list.Text, StringComparison.Ordinal);
        Assert.Equal((206, "manual.\n", "max-age=3600"), (part.Status, part.Text, part["Cache-Control"]));
    }

    [Fact]
    public async Task Api_GoesToItsServer()
    {
        ScriptedClient client = await _proxy.ConnectAsync();
        await client.SendAsync("GET /api/orders HTTP/1.1\r\nHost: a.test\r\n\r\n");
        ScriptedServerConnection server = await _api.AcceptAsync();
        await server.ReadHeadAsync();
        await server.RespondAsync("orders");

        Assert.Equal("orders", (await client.ReadResponseAsync()).Text);
    }

    private async Task<HttpResponse> GetAsync(string target, string fields = "") =>
        await (await _proxy.ConnectAsync()).ExchangeAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n");
}
