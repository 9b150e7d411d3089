using System.Text;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Compression;

/// <summary>Fixed responses of a route, which are compressed when the configuration is read (RFC 9110, sections 8.4, 8.8.3.3 and 12.5.3).</summary>
public sealed class FixedResponseTests
{
    private const string Tag = "\"v1\"";

    public static TheoryData<string> Encodings => CompressionStory.Encodings;

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Response_IsSentInWhatTheClientTakes(string encoding)
    {
        await using ProxyFixture proxy = Start();
        HttpResponse response = await AskAsync(proxy, encoding);

        Assert.Equal(encoding, response["Content-Encoding"]);
        Assert.Equal(["Accept-Encoding"], response.All("Vary"));
        Assert.Equal("W/" + Tag, response["ETag"]);
        Assert.Equal($"{response.Content.Length}", response["Content-Length"]);
        Assert.False(response.Has("Content-Digest") || response.Has("Accept-Ranges"));
        Assert.Equal("yes", response["X-Kept"]);
        Assert.InRange(response.Content.Length, 1, CompressionStory.Page.Length / 4);
        Assert.Equal(CompressionStory.Page, CompressionStory.Decode(encoding, response.Content));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Response_OverHttp2_IsTheSame(string encoding)
    {
        await using ProxyFixture proxy = Start();
        HttpResponse response = await (await proxy.ConnectHttp2Async()).GetAsync(fields: [("accept-encoding", encoding)]);

        Assert.Equal((encoding, "Accept-Encoding"), (response["content-encoding"], response["vary"]));
        Assert.Equal(CompressionStory.Page, CompressionStory.Decode(encoding, response.Content));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("br;q=0, gzip;q=0, zstd;q=0")]
    [InlineData("gzip;q=0.5, identity")]
    public async Task Response_ForWhoTakesNoEncoding_IsAsItIs_AndSaysThatItVaries(string accepted)
    {
        await using ProxyFixture proxy = Start();
        HttpResponse response = await AskAsync(proxy, accepted);

        Assert.Null(response["Content-Encoding"]);
        Assert.Equal(["Accept-Encoding"], response.All("Vary"));
        Assert.Equal((Tag, "sha-256=:AAAA:", CompressionStory.Page), (response["ETag"], response["Content-Digest"], response.Text));
    }

    [Fact]
    public async Task ResponseToHead_HasTheSameHead()
    {
        await using ProxyFixture proxy = Start();
        HttpResponse get = await AskAsync(proxy, "gzip");
        HttpResponse head = await AskAsync(proxy, "gzip", method: "HEAD");

        Assert.Empty(head.Content);
        Assert.Equal(Names(get), Names(head));
        Assert.Equal((get["Content-Length"], "gzip", "Accept-Encoding"), (head["Content-Length"], head["Content-Encoding"], head["Vary"]));
    }

    [Fact]
    public async Task Http10Client_GetsItAsItIs()
    {
        await using ProxyFixture proxy = Start();
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.0\r\nHost: a.test\r\nAccept-Encoding: gzip\r\n\r\n");

        Assert.Equal(CompressionStory.Page, (await client.ReadResponseAsync()).Text);
    }

    [Theory]
    [InlineData(CompressedBy.Nobody, "content-type", "image/png")]
    [InlineData(CompressedBy.Nobody, "cache-control", "max-age=60, no-transform")]
    [InlineData(CompressedBy.Nobody, "content-encoding", "x-own")]
    [InlineData(CompressedBy.Everybody, "cache-control", "max-age=60")]
    public async Task Response_ThatIsToBeLeftAsItIs_IsLeft(CompressedBy expected, string name, string value)
    {
        await using ProxyFixture proxy = Start(fields: [new(name, value)]);
        HttpResponse response = await AskAsync(proxy, "gzip");

        Assert.Equal(expected == CompressedBy.Everybody, response["Content-Encoding"] == "gzip");
        Assert.Equal(expected == CompressedBy.Everybody, response.Has("Vary"));
    }

    [Fact]
    public async Task Response_BelowTheMinimum_IsLeftAsItIs()
    {
        await using ProxyFixture proxy = Start(content: new string('x', 1023));

        Assert.False((await AskAsync(proxy, "gzip")).Has("Vary"));
    }

    [Fact]
    public async Task Response_ThatGainsNothing_IsLeftAsItIs()
    {
        byte[] noise = new byte[4000];
        Random.Shared.NextBytes(noise);
        await using ProxyFixture proxy = Start(content: Encoding.Latin1.GetString(noise));
        HttpResponse response = await AskAsync(proxy, "gzip, br, zstd");

        Assert.Null(response["Content-Encoding"]);
        Assert.Equal(noise, response.Content);
    }

    [Theory]
    [InlineData("Cache-Control: no-transform\r\n", BreachPolicy.Off)]
    [InlineData("Cookie: a=b\r\n", BreachPolicy.Skip)]
    public async Task Request_ThatRulesItOut_GetsItAsItIs(string fields, BreachPolicy breach)
    {
        await using ProxyFixture proxy = Start(new CompressionPlan { Breach = breach });

        Assert.Null((await AskAsync(proxy, "gzip", fields))["Content-Encoding"]);
        Assert.Equal("gzip", (await AskAsync(proxy, "gzip"))["Content-Encoding"]);
    }

    // Of its own, by CORS, and by its encoding: one line.
    [Fact]
    public async Task Vary_IsOneLine()
    {
        await using ProxyFixture proxy = Start(
            fields: [new("vary", "User-Agent")], route: route => route with { Cors = new CorsPlan { Origins = [new CorsOrigin("https://shop.test", CorsOriginKind.Exact)] } });
        HttpResponse response = await AskAsync(proxy, "gzip", "Origin: https://shop.test\r\n");

        Assert.Equal(["User-Agent, Origin, Accept-Encoding"], response.All("Vary"));
    }

    [Fact]
    public async Task RouteThatTakesVaryOut_StillSaysThatItVariesByEncoding()
    {
        await using ProxyFixture proxy = Start(
            fields: [new("vary", "User-Agent")], route: route => route with { ResponseHeaders = [new HeaderEdit(HeaderOperation.Remove, "vary", [])] });

        Assert.Equal(["Accept-Encoding"], (await AskAsync(proxy, "gzip")).All("Vary"));
    }

    [Fact]
    public async Task Fallback_IsSentInWhatTheClientTakes()
    {
        using var dead = new DeadServer();
        var upstream = new UpstreamPlan { Name = "eu", Servers = [dead.Plan] };
        var setup = new ProxySetup
        {
            OtherUpstreams = [upstream],
            Routes =
            [
                new RoutePlan
                {
                    Name = "everything",
                    Action = new ProxyAction(upstream),
                    Compression = new CompressionPlan(),
                    Fallback = new FallbackPlan(null, Respond(CompressionStory.Page, [])),
                },
            ],
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript());
        HttpResponse response = await AskAsync(proxy, "br");

        Assert.Equal(("br", "Accept-Encoding"), (response["Content-Encoding"], response["Vary"]));
        Assert.Equal(CompressionStory.Page, CompressionStory.Decode("br", response.Content));
    }

    private static ProxyFixture Start(
        CompressionPlan? plan = null, string? content = null, KeyValuePair<string, string>[]? fields = null, Func<RoutePlan, RoutePlan>? route = null)
    {
        var everything = new RoutePlan { Name = "everything", Action = Respond(content ?? CompressionStory.Page, fields ?? []), Compression = plan ?? new CompressionPlan() };
        return ProxyFixture.Start(new ProxySetup { Http2 = Http2Mode.PriorKnowledge, Routes = [route is null ? everything : route(everything)] }, new Transcript());
    }

    private static RespondAction Respond(string content, KeyValuePair<string, string>[] fields)
    {
        KeyValuePair<string, string>[] usual =
            [new("content-type", "text/html"), new("etag", Tag), new("content-digest", "sha-256=:AAAA:"), new("accept-ranges", "none"), new("x-kept", "yes")];
        return new RespondAction(200, [.. usual.Where(field => fields.All(other => other.Key != field.Key)), .. fields], [.. Encoding.Latin1.GetBytes(content)]);
    }

    private static async Task<HttpResponse> AskAsync(ProxyFixture proxy, string accepted, string fields = "", string method = "GET")
    {
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(CompressionStory.Ask(accepted, fields, method));
        return await client.ReadResponseAsync(method);
    }

    private static IEnumerable<string> Names(HttpResponse response) => response.Fields.Select(field => field.Key);

    /// <summary>Who gets it compressed.</summary>
    public enum CompressedBy
    {
        /// <summary>Whatever they take.</summary>
        Nobody,

        /// <summary>Who takes it.</summary>
        Everybody,
    }
}
