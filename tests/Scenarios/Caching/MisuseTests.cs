using System.Globalization;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Plans.Matching;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Caching;

/// <summary>What one client asks for changes nothing of what others get, and keeps it from nobody.</summary>
public sealed class MisuseTests : IDisposable
{
    private const string Fresh = "Cache-Control: max-age=60\r\n";
    private const string Stale = "Cache-Control: max-age=60\r\nAge: 60\r\nETag: \"a\"\r\n";
    private const string NoStoreLine = "Cache-Control: no-store\r\n";

    private static readonly CachePlan NotOfSessions = new()
    {
        NoStore = new HeaderCondition("X-Session", new ValueTest(ValueTestKind.Present, [])), StaleWhileRevalidateSeconds = 600, CoalesceTimeoutMs = 60_000,
    };

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // What is read across the place where memory gave up.
    [Theory]
    [InlineData("")]
    [InlineData("Range: bytes=100-29900\r\n")]
    public async Task ContentThatOutgrowsMemory_IsReadOnFromDisk(string range)
    {
        const int Length = 30_000;
        string content = new('x', Length);
        var disk = new CacheStorePlan { MemoryObjectBytesMax = 16 * 1024, Disk = new DiskCachePlan(_folder.Path) { FreeBytesMin = 0, UsesMin = 1 } };
        await using Story story = Story.Begin(CacheStage.SetupOf() with { Cache = disk });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get("/", range));
        await server.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{Fresh}\r\n{Length:x}\r\n{content}\r\n0\r\n\r\n");

        string expected = range.Length == 0 ? content : content[100..29_901];
        Assert.Equal(expected, (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task RequestThatIsNotStored_RefreshesNothingForOthers()
    {
        await using Story story = CacheStage.Begin(NotOfSessions);
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(CacheStage.Get());
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response(Stale));
        await client.ReadResponseAsync();

        Assert.Equal("hello", (await client.ExchangeAsync(CacheStage.Get("/", "X-Session: 1\r\nCookie: session=1\r\n"))).Text);
        Assert.Equal("hello", (await client.ExchangeAsync(CacheStage.Get("/", "Cookie: none\r\n"))).Text);

        // It was the second who had it refreshed.
        Assert.Equal("none", (await server.ReadHeadAsync())["Cookie"]);
        await server.SendAsync(CacheStage.Response(Fresh, "after"));
    }

    [Theory]
    [InlineData("X-Session: 1\r\n")]
    [InlineData("Cache-Control: no-store\r\n")]
    [InlineData("Authorization: Basic eA==\r\n")]
    public async Task NotModified_ToARequestThatIsNotStored_IsForItAlone(string fields)
    {
        await using Story story = CacheStage.Begin(NotOfSessions with { StaleWhileRevalidateSeconds = 0 });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync(CacheStage.Get());
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response(Stale));
        await client.ReadResponseAsync();

        await client.SendAsync(CacheStage.Get("/", fields));
        Assert.Equal("\"a\"", (await server.ReadHeadAsync())["If-None-Match"]);
        await server.SendAsync($"HTTP/1.1 304 Not Modified\r\n{Fresh}ETag: \"a\"\r\nX-Own: secret\r\n\r\n");
        HttpResponse own = await client.ReadResponseAsync();
        await client.SendAsync(CacheStage.Get());
        Assert.Equal("\"a\"", (await server.ReadHeadAsync())["If-None-Match"]);
        await server.SendAsync("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");
        HttpResponse other = await client.ReadResponseAsync();

        Assert.Equal(("hello", "secret"), (own.Text, own["X-Own"]));
        Assert.Equal(("hello", null), (other.Text, other["X-Own"]));
    }

    // The list of variants is full of values that nobody means; then comes one for which the server forgets to say that it varies.
    [Fact]
    public async Task ResponseWithoutVary_TakesNotThePlaceOfAllVariants()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(request => CacheStage.Response(
            Fresh + (request["Accept-Language"] == "zz" ? "" : "Vary: Accept-Language\r\n"), $"of {request["Accept-Language"]}"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        foreach (string language in Enumerable.Range(0, 40).Select(i => $"x{i}").Prepend("en").Append("zz"))
        {
            await client.ExchangeAsync(CacheStage.Get("/", $"Accept-Language: {language}\r\n"));
        }

        int asked = server.RequestCount;
        Assert.Equal("of en", (await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: en\r\n"))).Text);
        Assert.Equal(asked, server.RequestCount);
        Assert.Equal("of de", (await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: de\r\n"))).Text);
    }

    [Fact]
    public async Task StoredRedirect_IsRewrittenForAll()
    {
        ServerPlan? known = null;
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response($"{Fresh}Location: {known!.Address}/there\r\n", "", 301))]);
        known = server.Plan;
        ProxySetup setup = CacheStage.SetupOf();
        await using ProxyFixture proxy = ProxyFixture.Start(setup with { Route = route => setup.Route(route) with { RewriteLocation = [] } }, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("http://a.test/there", (await client.ExchangeAsync(CacheStage.Get()))["Location"]);
        }

        Assert.Equal(1, server.RequestCount);
    }

    [Theory]
    [InlineData("Cache-Control: no-store\r\n")]
    [InlineData("Authorization: Basic eA==\r\n")]
    public async Task RequestWhoseResponseIsItsOwn_KeepsNobodyWaiting(string fields)
    {
        await using Story story = CacheStage.Begin();
        (_, ScriptedServerConnection silent) = await story.OpenAsync(CacheStage.Get("/", fields));
        (ScriptedClient other, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response(Fresh));

        Assert.Equal("hello", (await other.ReadResponseAsync()).Text);
        Assert.Contains("; hit;", (await other.ExchangeAsync(CacheStage.Get()))["Cache-Status"], StringComparison.Ordinal);
        await silent.SendAsync(CacheStage.Response(Fresh, "own"));
    }

    [Fact]
    public async Task ClientThatTakesNothing_OfWhatIsNotStored_BlocksNoKey()
    {
        const int Large = 30_000_000;
        await using Story story = CacheStage.Begin();
        (_, ScriptedServerConnection first) = await story.OpenAsync(CacheStage.Get(), receiveBufferBytes: 4096);
        await first.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Large}\r\n{NoStoreLine}\r\n");
        await first.SendUntilBlockedAsync(new byte[100_000], Large, TimeSpan.FromMilliseconds(200));

        // Another answer to others: they are not to go without the cache because of it.
        ScriptedClient other = await story.ConnectAsync("other");
        HttpResponse[] responses = new HttpResponse[2];
        for (int i = 0; i < responses.Length; i++)
        {
            await other.SendAsync(CacheStage.Get());
            if (i == 0)
            {
                ScriptedServerConnection server = await story.AcceptAsync();
                await server.ReadHeadAsync();
                await server.SendAsync(CacheStage.Response(Fresh));
            }

            responses[i] = await other.ReadResponseAsync();
        }

        Assert.Contains("; hit;", responses[1]["Cache-Status"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task SliceThatIsRefusedToOne_IsStillThereForOthers()
    {
        await using Story story = CacheStage.Begin(new CachePlan { SliceBytes = 1000, CoalesceTimeoutMs = 60_000 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get("/", "Range: bytes=0-9\r\n"));
        await server.SendAsync(Slice(0, 999));
        Assert.Equal(206, (await client.ReadResponseAsync()).Status);

        await client.SendAsync(CacheStage.Get("/", "Range: bytes=1000-1009\r\nAuthorization: Basic eA==\r\n"));
        Assert.Equal("bytes=1000-1999", (await server.ReadHeadAsync())["Range"]);
        await server.SendAsync("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
        HttpResponse broken = await client.ReadHeadAsync();
        Assert.Empty(await client.ContentOf(broken).ReadTruncatedAsync());

        ScriptedClient other = await story.ConnectAsync("other");
        await other.SendAsync(CacheStage.Get("/", "Range: bytes=990-1009\r\n"));
        ScriptedServerConnection second = await story.AcceptAsync();
        Assert.Equal("bytes=1000-1999", (await second.ReadHeadAsync())["Range"]);
        await second.SendAsync(Slice(1000, 1999));
        HttpResponse part = await other.ReadResponseAsync();
        Assert.Equal((206, 20), (part.Status, part.Content.Length));
    }

    [Fact]
    public async Task FetchesThatNobodyWaitsFor_AreFew()
    {
        const int Asked = 60;
        const int OrphansMax = 16;
        await using Story story = CacheStage.Begin();
        ScriptedClient[] clients = await Task.WhenAll(Enumerable.Range(0, Asked).Select(i => story.ConnectAsync($"client {i}")));
        for (int i = 0; i < Asked; i++)
        {
            await clients[i].SendAsync(CacheStage.Get($"/{i}"));
        }

        await Patience.UntilAsync(() => ActiveRequests(story.Proxy) == Asked);
        foreach (ScriptedClient client in clients)
        {
            client.Reset();
        }

        await Patience.UntilAsync(() => ActiveRequests(story.Proxy) <= OrphansMax);
        await story.Proxy.SettleAsync();
        Assert.Equal(OrphansMax, ActiveRequests(story.Proxy));
    }

    [Fact]
    public async Task StaleIfError_HoldsForWhatHasNoValidator_AndGoesOnHolding()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60, stale-if-error=600\r\nAge: 60\r\n"));
        await client.ReadResponseAsync();

        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(CacheStage.Get());
            await server.ReadHeadAsync();
            await server.SendAsync("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\noops");
            HttpResponse response = await client.ReadResponseAsync();
            Assert.Equal((200, "hello"), (response.Status, response.Text));
        }
    }

    // What isn't stored of a response is still one of its headers.
    [Fact]
    public async Task HeadersForTheFirstClientAlone_GoThroughTheRulesOfTheRoute()
    {
        ProxySetup setup = CacheStage.SetupOf(new CachePlan { Ignore = CacheIgnored.SetCookie, CoalesceTimeoutMs = 60_000 });
        ProxySetup ruled = setup with
        {
            Route = route => setup.Route(route) with
            {
                RewriteCookies = new CookieRewritePlan { Secure = true, HttpOnly = true }, ResponseHeaders = [new HeaderEdit(HeaderOperation.Remove, "X-Secret", [])],
            },
        };
        await using Story story = Story.Begin(ruled);
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60, private=\"x-secret, x-own\"\r\nSet-Cookie: sid=1; Path=/\r\nX-Secret: internal\r\nX-Own: yours\r\n"));
        HttpResponse first = await client.ReadResponseAsync();
        HttpResponse hit = await client.ExchangeAsync(CacheStage.Get());

        Assert.Equal(("hello", "yours", null), (first.Text, first["X-Own"], first["X-Secret"]));
        Assert.Contains("Secure", first["Set-Cookie"], StringComparison.Ordinal);
        Assert.Contains("HttpOnly", first["Set-Cookie"], StringComparison.Ordinal);
        Assert.Equal(("hello", null, null, null), (hit.Text, hit["X-Own"], hit["X-Secret"], hit["Set-Cookie"]));

    }

    private static string Slice(int first, int last) => string.Create(CultureInfo.InvariantCulture,
        $"HTTP/1.1 206 Part\r\nContent-Range: bytes {first}-{last}/2500\r\nContent-Length: {last - first + 1}\r\n{Fresh}ETag: \"a\"\r\n\r\n{new string('x', last - first + 1)}");

    private static int ActiveRequests(ProxyFixture proxy) => proxy.Server.Servers.Sum(static server => (int)server.ActiveRequests);
}
