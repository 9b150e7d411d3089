using System.Globalization;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Scenarios.Compression;

namespace Sluice.Scenarios.Caching;

/// <summary>What RFC 9111 asks of a cache and only shows when it runs; all else is decided, and tested, in Sluice.Http. Each test names the requirement in the table there.</summary>
public sealed class Rfc9111Tests
{
    private const string Fresh = "Cache-Control: max-age=600\r\n";

    [Fact]
    [Trait("RFC9111", "3.1-5")]
    public async Task Trailers_AreNotSentFromTheCache()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n{Fresh}\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
        await client.ReadResponseAsync();
        HttpResponse hit = await client.ExchangeAsync(CacheStage.Get());

        Assert.Equal("hello", hit.Text);
        Assert.False(hit.Has("X-Sum") || hit.Has("Trailer"));
        Assert.Empty(hit.Trailers);
    }

    [Fact]
    [Trait("RFC9111", "3.3-3")]
    public async Task PartOfAServer_IsNeverTakenForTheWhole()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response(Fresh + "Content-Range: bytes 0-4/9\r\n", status: 206));
        Assert.Equal(206, (await client.ReadResponseAsync()).Status);
        await client.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response(Fresh, "all of it"));

        Assert.Equal((200, "all of it"), await ReadAsync(client));
    }

    [Fact]
    [Trait("RFC9111", "3.4-1")]
    public async Task Parts_AreNotCombined_SoTheWholeIsAskedForAgain()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"a\"\r\nX-Own: old\r\n{Fresh}\r\nfirst");
        await client.ReadHeadAsync();
        await client.ExpectAsync("first");
        server.Reset();
        await client.ExpectGoneAsync();

        ScriptedClient second = await story.ConnectAsync("second");
        await second.SendAsync(CacheStage.Get("/", "Range: bytes=5-9\r\n"));
        ScriptedServerConnection other = await story.AcceptAsync();
        HttpRequest asked = await other.ReadHeadAsync();
        await other.SendAsync(CacheStage.Response($"ETag: \"a\"\r\nX-Own: new\r\n{Fresh}", "firstother"));
        HttpResponse part = await second.ReadResponseAsync();
        HttpResponse whole = await second.ExchangeAsync(CacheStage.Get());

        Assert.False(asked.Has("Range") || asked.Has("If-Range"));
        Assert.Equal((206, "other", "new"), (part.Status, part.Text, part["X-Own"]));
        Assert.Equal((200, "firstother", "new"), (whole.Status, whole.Text, whole["X-Own"]));
    }

    [Fact]
    [Trait("RFC9111", "4-6")]
    public async Task Age_IsThatOfNow_AndThereOnce()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Fresh + "Age: 100\r\n"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get());
        HttpResponse hit = await client.ExchangeAsync(CacheStage.Get());

        Assert.InRange(int.Parse(Assert.Single(hit.All("Age")), CultureInfo.InvariantCulture), 100, 130);
    }

    [Fact]
    [Trait("RFC9111", "4.1-4")]
    public async Task DefaultWithoutVary_DoesNotTakeThePlaceOfWhatSuitsBetter()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(
            request => request["Accept-Language"] is { } language ? CacheStage.Response(Fresh + "Vary: Accept-Language\r\n", language) : CacheStage.Response(Fresh, "default"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        string german = CacheStage.Get("/", "Accept-Language: de\r\n");
        Assert.Equal("de", (await client.ExchangeAsync(german)).Text);
        Assert.Equal("default", (await client.ExchangeAsync(CacheStage.Get())).Text);

        Assert.Equal("de", (await client.ExchangeAsync(german)).Text);
        Assert.Equal("default", (await client.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal(2, server.RequestCount);
    }

    [Fact]
    [Trait("RFC9111", "4.1-4")]
    public async Task ResponseThatVariesNoMore_IsNotStored_WhenThereAreTooManyVariants()
    {
        bool varies = true;
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Fresh + (varies ? "Vary: Accept-Language\r\n" : "")));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        for (int i = 0; i < 32; i++)
        {
            await client.ExchangeAsync(CacheStage.Get("/", $"Accept-Language: l{i}\r\n"));
        }

        Volatile.Write(ref varies, false);
        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: more\r\n"));
        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: l1\r\n"));
        await client.ExchangeAsync(CacheStage.Get("/", "Accept-Language: another\r\n"));
        Assert.Equal(34, server.RequestCount);
    }

    [Fact]
    [Trait("RFC9111", "4.3.2-2")]
    public async Task ConditionsForTheServer_AreNotEvaluatedByTheCache()
    {
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Fresh + "ETag: \"a\"\r\nLast-Modified: Sat, 01 Jan 2022 00:00:00 GMT\r\n"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get());

        Assert.Equal(200, (await client.ExchangeAsync(CacheStage.Get("/", "If-Match: \"other\"\r\n"))).Status);
        Assert.Equal(200, (await client.ExchangeAsync(CacheStage.Get("/", "If-Unmodified-Since: Fri, 01 Jan 2021 00:00:00 GMT\r\n"))).Status);
    }

    [Fact]
    [Trait("RFC9111", "4.3.2-3")]
    public async Task IfModifiedSince_IsComparedWithTheDate_WhereThereIsNoOther()
    {
        string date = DateTime.UtcNow.AddSeconds(-100).ToString("r", CultureInfo.InvariantCulture);
        (ProxyFixture proxy, RecordingUpstream server) = CacheStage.Begin(_ => CacheStage.Response(Fresh + $"Date: {date}\r\n"));
        await using RecordingUpstream closing = server;
        await using ProxyFixture stopping = proxy;
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get());

        Assert.Equal(304, (await client.ExchangeAsync(CacheStage.Get("/", $"If-Modified-Since: {date}\r\n"))).Status);
        string before = DateTime.UtcNow.AddSeconds(-200).ToString("r", CultureInfo.InvariantCulture);
        Assert.Equal(200, (await client.ExchangeAsync(CacheStage.Get("/", $"If-Modified-Since: {before}\r\n"))).Status);
    }

    [Fact]
    [Trait("RFC9111", "4.3.2-4")]
    public async Task ValidatedResponse_IsSentWhole_ToWhoHasAnother()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response("Cache-Control: max-age=60\r\nAge: 60\r\nETag: \"a\"\r\n"));
        await client.ReadResponseAsync();
        await client.SendAsync(CacheStage.Get("/", "If-None-Match: \"old\"\r\n"));
        Assert.Equal("\"a\"", (await server.ReadHeadAsync())["If-None-Match"]);
        await server.SendAsync("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");

        Assert.Equal((200, "hello"), await ReadAsync(client));
    }

    [Fact]
    [Trait("RFC9111", "4.3.2-6")]
    public async Task TagOfAPart_IsNotSentForAnother()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get("/", "Range: bytes=0-4\r\n"));
        await server.SendAsync(CacheStage.Response(Fresh + "ETag: \"part\"\r\nContent-Range: bytes 0-4/9\r\n", status: 206));
        Assert.Equal(206, (await client.ReadResponseAsync()).Status);
        await client.SendAsync(CacheStage.Get("/", "Range: bytes=5-8\r\n"));
        HttpRequest asked = await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response(Fresh, "all of it"));

        Assert.False(asked.Has("If-None-Match") || asked.Has("If-Range"));
        Assert.Equal((206, "f it"), await ReadAsync(client));
    }

    [Theory]
    [Trait("RFC9111", "4.3.5-3")]
    [InlineData("ETag: \"a\"\r\n", 5, true)]
    [InlineData("ETag: \"b\"\r\n", 5, false)]
    [InlineData("ETag: \"a\"\r\n", 6, false)]
    public async Task ResponseToHead_MakesStaleWhatItDoesNotMatch_AndChangesNoField(string tag, int length, bool isSame)
    {
        await using Story story = CacheStage.Begin(new CachePlan { TakesHead = false });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync(CacheStage.Response(Fresh + "ETag: \"a\"\r\nX-Own: of GET\r\n"));
        await client.ReadResponseAsync();
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\nX-Made-Up: 1\r\n\r\n");
        Assert.Equal("HEAD", (await server.ReadHeadAsync()).Method);
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nX-Own: of HEAD\r\n{tag}\r\n");
        await client.ReadResponseAsync("HEAD");
        await client.SendAsync(CacheStage.Get());
        if (!isSame)
        {
            Assert.Equal("\"a\"", (await server.ReadHeadAsync())["If-None-Match"]);
            await server.SendAsync("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");
        }

        HttpResponse again = await client.ReadResponseAsync();
        Assert.Equal((200, "hello", "of GET"), (again.Status, again.Text, again["X-Own"]));
    }

    [Fact]
    [Trait("RFC9111", "5.2.1.6-1")]
    public async Task NoTransformOfARequest_GetsWhatIsStored_AlsoWhereItIsThereEncoded()
    {
        string content = new('x', 4096);
        await using RecordingUpstream server = RecordingUpstream.Start(_ => [Bytes.Of(CacheStage.Response(Fresh + "Content-Type: text/plain\r\n", content))]);
        ProxySetup setup = new() { Route = route => route with { Cache = new CachePlan(), Compression = CompressionStory.Steady } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("gzip", (await client.ExchangeAsync(CacheStage.Get("/", "Accept-Encoding: gzip\r\n")))["Content-Encoding"]);
        }

        HttpResponse untouched = await client.ExchangeAsync(CacheStage.Get("/", "Accept-Encoding: gzip\r\nCache-Control: no-transform\r\n"));
        Assert.Equal((null, content), (untouched["Content-Encoding"], untouched.Text));
        Assert.Equal(1, server.RequestCount);
    }

    [Theory]
    [Trait("RFC9111", "5.2.2.6-1")]
    [InlineData("max-age=600", "gzip")]
    [InlineData("max-age=600, no-transform", null)]
    public async Task NoTransform_IsRespected_FromTheCacheToo(string directives, string? encoding)
    {
        string content = new('x', 4096);
        await using RecordingUpstream server = RecordingUpstream.Start(
            _ => [Bytes.Of(CacheStage.Response($"Cache-Control: {directives}\r\nContent-Type: text/plain\r\n", content))]);
        ProxySetup setup = new() { Route = route => route with { Cache = new CachePlan(), Compression = CompressionStory.Steady } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), server.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(encoding, (await client.ExchangeAsync(CacheStage.Get("/", "Accept-Encoding: gzip\r\n")))["Content-Encoding"]);
        }

        Assert.Equal(1, server.RequestCount);
    }

    private static async Task<(int Status, string Text)> ReadAsync(ScriptedClient client)
    {
        HttpResponse response = await client.ReadResponseAsync();
        return (response.Status, response.Text);
    }
}
