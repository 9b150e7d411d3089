using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Files;

/// <summary>What is answered for which path.</summary>
public sealed class FileAnswerTests : IAsyncDisposable
{
    private readonly FileStage _stage = new();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task File_IsSent_WithWhatThereIsToSayAboutIt()
    {
        _stage.Write("a.html", "<p>hello</p>");

        HttpResponse response = await _stage.GetAsync("/a.html?x=1");

        Assert.Equal((200, "<p>hello</p>"), (response.Status, response.Text));
        Assert.Equal("HTTP/1.1 200 OK", response.StartLine);
        Assert.Equal("text/html; charset=utf-8", response["Content-Type"]);
        Assert.Equal("12", response["Content-Length"]);
        Assert.Equal("Thu, 02 Jan 2020 03:04:05 GMT", response["Last-Modified"]);
        Assert.Equal("\"5e0d5da500000000-c\"", response["ETag"]);
        Assert.Equal("bytes", response["Accept-Ranges"]);
        Assert.True(response.Has("Date"));
        Assert.False(response.Has("Cache-Control") || response.Has("Vary") || response.Has("Via"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2048)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(100 * 1024)]
    [InlineData(3 * 1024 * 1024)]
    public async Task File_OfAnySize_ComesWholeEachTime(int length)
    {
        byte[] content = FileStage.Pattern(length);
        _stage.Write("a.bin", content);
        ScriptedClient client = await _stage.Proxy.ConnectAsync();

        for (int i = 0; i < 4; i++)
        {
            HttpResponse response = await client.ExchangeAsync(FileStage.Request("GET", "/a.bin"));
            Assert.Equal(200, response.Status);
            Assert.Equal(content, response.Content);
        }
    }

    [Theory]
    [InlineData("/a", "application/octet-stream")]
    [InlineData("/a.css", "text/css; charset=utf-8")]
    [InlineData("/a.JS", "text/javascript; charset=utf-8")]
    [InlineData("/a.json", "application/json")]
    [InlineData("/a.svg", "image/svg+xml")]
    [InlineData("/a.wasm", "application/wasm")]
    [InlineData("/a.woff2", "font/woff2")]
    [InlineData("/a.tar.gz", "application/gzip")]
    [InlineData("/a.own", "text/x-own; charset=utf-8")]
    [InlineData("/a.said", "text/x-said; charset=latin1")]
    public async Task Type_FollowsFromTheName(string target, string type)
    {
        _stage.Write(target[1..], "x");
        _stage.Plan = plan => plan with { Types = [new("own", "text/x-own"), new("said", "text/x-said; charset=latin1")] };

        Assert.Equal(type, (await _stage.GetAsync(target))["Content-Type"]);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/docs/")]
    public async Task Folder_IsAnsweredWithItsIndex(string target)
    {
        _stage.Write("index.html", "at /");
        _stage.Write("docs/index.html", "at /docs/");

        HttpResponse response = await _stage.GetAsync(target);

        Assert.Equal((200, "at " + target), (response.Status, response.Text));
        Assert.Equal("text/html; charset=utf-8", response["Content-Type"]);
    }

    [Theory]
    [InlineData("/docs", "/docs/")]
    [InlineData("/docs?x=1", "/docs/?x=1")]
    [InlineData("//docs", "/docs/")]
    [InlineData("///docs", "/docs/")]
    [InlineData("/a%20b", "/a%20b/")]
    [InlineData("/./docs", "/docs/")]
    public async Task Folder_WithoutItsSlash_IsRedirectedTo(string target, string location)
    {
        _stage.Write("docs/index.html", "x");
        _stage.Write("a b/index.html", "x");

        HttpResponse response = await _stage.GetAsync(target);

        Assert.Equal((308, location), (response.Status, response["Location"]));
    }

    [Theory]
    [InlineData("/missing")]
    [InlineData("/empty/")]
    [InlineData("/empty")]
    [InlineData("/a.txt/")]
    [InlineData("/a.txt/b")]
    public async Task WhatIsNotThere_IsNotFound(string target)
    {
        _stage.Write("a.txt", "x");
        Directory.CreateDirectory(_stage.At("empty"));

        Assert.Equal(404, (await _stage.GetAsync(target)).Status);
        Assert.Equal((404, "file_not_found"), await LoggedAsync());
    }

    [Theory]
    [InlineData("/a%20b.txt", "a b.txt")]
    [InlineData("/%C3%A4.txt", "ä.txt")]
    [InlineData("/a%252e.txt", "a%2e.txt")]
    [InlineData("/x//y.txt", "x/y.txt")]
    [InlineData("/x/../y.txt", "y.txt")]
    [InlineData("/a%3Fb", "a?b")]
    public async Task Path_IsDecodedOnce(string target, string name)
    {
        string path = _stage.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "found");

        Assert.Equal("found", (await _stage.GetAsync(target)).Text);
    }

    [Fact]
    public async Task SinglePageApplication_GetsItsPageForEveryPath()
    {
        _stage.Write("index.html", "app");
        _stage.Write("app.js", "js");
        _stage.Plan = plan => plan with { TryFiles = [new("", true, ""), new("", true, "/"), new("/index.html", false, "")] };

        Assert.Equal("app", (await _stage.GetAsync("/orders/7")).Text);
        Assert.Equal("app", (await _stage.GetAsync("/")).Text);
        Assert.Equal("js", (await _stage.GetAsync("/app.js")).Text);
    }

    [Fact]
    public async Task ExportedPages_AreFoundWithoutTheirEnding()
    {
        _stage.Write("about.html", "about");
        _stage.Plan = plan => plan with { TryFiles = [new("", true, ""), new("", true, ".html")], MissingStatus = 410 };

        Assert.Equal("about", (await _stage.GetAsync("/about")).Text);
        Assert.Equal(410, (await _stage.GetAsync("/missing")).Status);
        Assert.Equal(410, (await _stage.GetAsync("/")).Status);
    }

    [Theory]
    [InlineData("/.env", 404)]
    [InlineData("/.git/config", 404)]
    [InlineData("/x/.hidden/y", 404)]
    [InlineData("/%2Eenv", 404)]
    [InlineData("/.well-known/security.txt", 200)]
    [InlineData("/.well-known/.env", 404)]
    public async Task HiddenFile_IsNotThere(string target, int status)
    {
        _stage.Write(Uri.UnescapeDataString(target[1..]), "x");

        Assert.Equal(status, (await _stage.GetAsync(target)).Status);
    }

    [Fact]
    public async Task HiddenFile_IsServedWhereTheRouteSaysSo()
    {
        _stage.Write(".env", "x");
        _stage.Plan = plan => plan with { Hidden = true };

        Assert.Equal(200, (await _stage.GetAsync("/.env")).Status);
    }

    [Fact]
    public async Task Prefix_IsKept_UnlessTheRouteTakesItOff()
    {
        _stage.Write("static/a.txt", "kept");
        _stage.Write("a.txt", "off");
        _stage.Write("index.html", "index");
        _stage.Setup = _stage.Setup with
        {
            Routes =
            [
                new RoutePlan { Name = "off", Paths = [new PathMatch("/static", IsPrefix: true)], Action = new FilesAction(_stage.Root), Rewrite = new RewritePlan { StripPrefix = "/static" } },
                new RoutePlan { Name = "kept", Action = new FilesAction(_stage.Root) },
            ],
        };
        await using ProxyFixture proxy = ProxyFixture.Start(_stage.Setup, new Transcript());
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal("off", (await client.ExchangeAsync(FileStage.Request("GET", "/static/a.txt"))).Text);
        Assert.Equal("index", (await client.ExchangeAsync(FileStage.Request("GET", "/static/"))).Text);
        HttpResponse redirect = await client.ExchangeAsync(FileStage.Request("GET", "/static"));
        Assert.Equal((308, "/static/"), (redirect.Status, redirect["Location"]));
        Assert.Equal("off", (await client.ExchangeAsync(FileStage.Request("GET", "/a.txt"))).Text);
    }

    [Theory]
    [InlineData("POST", 405)]
    [InlineData("PUT", 405)]
    [InlineData("DELETE", 405)]
    [InlineData("get", 405)]
    [InlineData("OPTIONS", 204)]
    public async Task OtherMethods_AreToldWhatThereIs(string method, int status)
    {
        _stage.Write("a.txt", "x");

        HttpResponse response = await _stage.AskAsync(method, "/a.txt", "Content-Length: 0");

        Assert.Equal((status, "GET, HEAD, OPTIONS"), (response.Status, response["Allow"]));
    }

    [Fact]
    public async Task Head_HasTheHeadOfAGet_AndTheConnectionServesOn()
    {
        _stage.Write("a.txt", "hello");
        ScriptedClient client = await _stage.Proxy.ConnectAsync();

        HttpResponse head = await client.ExchangeAsync(FileStage.Request("HEAD", "/a.txt"));
        HttpResponse get = await client.ExchangeAsync(FileStage.Request("GET", "/a.txt"));

        Assert.Equal((200, "5", ""), (head.Status, head["Content-Length"], head.Text));
        Assert.Equal(get.Fields.Where(field => field.Key != "Date"), head.Fields.Where(field => field.Key != "Date"));
        Assert.Equal("hello", get.Text);
    }

    [Theory]
    [InlineData(3600, false, "max-age=3600")]
    [InlineData(0, false, "no-cache")]
    [InlineData(-1, true, "public, max-age=31536000, immutable")]
    [InlineData(60, true, "public, max-age=60, immutable")]
    public async Task CacheControl_IsWhatTheRouteSays(int seconds, bool immutable, string expected)
    {
        _stage.Write("a.txt", "x");
        _stage.Plan = plan => plan with { ExpiresSeconds = seconds, Immutable = immutable };

        Assert.Equal(expected, (await _stage.GetAsync("/a.txt"))["Cache-Control"]);
    }

    [Fact]
    public async Task Headers_AreChangedAsThoseOfServers_AndCorsGoesWithThem()
    {
        _stage.Write("a.txt", "x");
        _stage.Write("a.txt.gz", "y");
        _stage.Plan = plan => plan with { Precompressed = [SideFile.All[2]] };
        _stage.Route = route => route with
        {
            ResponseHeaders = [new(HeaderOperation.Set, "x-path", [Template.Parse("{path}", TemplateScope.Response)]), new(HeaderOperation.Remove, "etag", []), new(HeaderOperation.Remove, "accept-ranges", [])],
            Cors = new CorsPlan { Origins = [new CorsOrigin("https://b.test", CorsOriginKind.Exact)], Methods = ["GET"] },
        };

        HttpResponse response = await _stage.GetAsync("/a.txt", "Origin: https://b.test");

        Assert.Equal(("/a.txt", "https://b.test"), (response["X-Path"], response["Access-Control-Allow-Origin"]));
        Assert.Contains("Accept-Encoding", response["Vary"], StringComparison.Ordinal);
        Assert.Contains("Origin", response["Vary"], StringComparison.OrdinalIgnoreCase);
        Assert.False(response.Has("ETag") || response.Has("Accept-Ranges"));
    }

    [Fact]
    public async Task MissingFile_GetsTheErrorPageOfTheRoute()
    {
        Template page = Template.Parse("nothing at {path}", TemplateScope.Response, TemplateSyntax.Content);
        _stage.Route = route => route with { ErrorPages = [new ErrorPagePlan(404, 404, 1, new PagePlan("text/plain", TemplateEncoding.Text, page))] };

        HttpResponse response = await _stage.GetAsync("/x");

        Assert.Equal((404, "nothing at /x"), (response.Status, response.Text));
    }

    [Fact]
    public async Task Log_HasWhatAProxiedRequestHas()
    {
        _stage.Write("a.txt", "hello");
        await _stage.GetAsync("/a.txt");

        AccessLogEntry line = (await _stage.Proxy.AccessLog.WaitForAsync(_ => true))[0];

        Assert.Equal((200, null), (line.Status, line.Error));
    }

    private async Task<(int Status, string? Error)> LoggedAsync()
    {
        AccessLogEntry line = (await _stage.Proxy.AccessLog.WaitForAsync(_ => true))[0];
        return (line.Status, line.Error);
    }
}
