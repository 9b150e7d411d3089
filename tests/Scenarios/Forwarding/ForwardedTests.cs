using Sluice.Http.Addresses;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>What upstreams are told about where a request came from, and whom the proxy believes.</summary>
public sealed class ForwardedTests
{
    private const string Claims = "X-Forwarded-For: 6.6.6.6, 9.9.9.9, 127.0.0.2\r\nX-Forwarded-Proto: https\r\n"
        + "X-Forwarded-Host: claimed.test\r\nX-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n";
    private static readonly ForwardedPlan TrustsLoopback = new() { TrustedProxies = [Range("127.0.0.0/8")] };

    [Fact]
    public async Task Client_ThatIsNotTrusted_IsNotBelieved()
    {
        (HttpRequest request, AccessLogEntry line) = await ForwardAsync(new ForwardedPlan(), Claims);

        Assert.Equal("127.0.0.1", request["X-Forwarded-For"]);
        Assert.Equal("http", request["X-Forwarded-Proto"]);
        Assert.Equal("a.test", request["X-Forwarded-Host"]);
        Assert.Equal("127.0.0.1", request["X-Real-IP"]);
        Assert.False(request.Has("Forwarded"));
        Assert.Equal("127.0.0.1", line.Text("client"));
    }

    [Fact]
    public async Task TrustedProxy_IsBelieved_RightToLeftUpToTheFirstStranger()
    {
        (HttpRequest request, AccessLogEntry line) = await ForwardAsync(TrustsLoopback, Claims);

        Assert.Equal("9.9.9.9", request["X-Real-IP"]);
        Assert.Equal("9.9.9.9", line.Text("client"));
        Assert.EndsWith("9.9.9.9, 127.0.0.2, 127.0.0.1", request["X-Forwarded-For"], StringComparison.Ordinal);
        Assert.Equal("https", request["X-Forwarded-Proto"]);
        Assert.Equal("claimed.test", request["X-Forwarded-Host"]);
    }

    [Fact]
    public async Task TrustedProxy_ThatSaysNothing_IsTheClient()
    {
        (HttpRequest request, AccessLogEntry line) = await ForwardAsync(TrustsLoopback, "");

        Assert.Equal("127.0.0.1", request["X-Forwarded-For"]);
        Assert.Equal("127.0.0.1", request["X-Real-IP"]);
        Assert.Equal("http", request["X-Forwarded-Proto"]);
        Assert.Equal("127.0.0.1", line.Text("client"));
    }

    [Fact]
    public async Task TrustedProxy_WithSeveralFieldLines_IsReadAsOneList()
    {
        (HttpRequest request, _) = await ForwardAsync(TrustsLoopback, "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 9.9.9.9\r\n");

        Assert.Equal("9.9.9.9", request["X-Real-IP"]);
    }

    [Fact]
    public async Task TrustedProxy_WithRubbish_EndsTheWalkThere()
    {
        (HttpRequest request, AccessLogEntry line) = await ForwardAsync(TrustsLoopback, "X-Forwarded-For: 9.9.9.9, unknown\r\n");

        Assert.Equal("127.0.0.1", line.Text("client"));
        Assert.Equal("127.0.0.1", request["X-Real-IP"]);
    }

    [Fact]
    public async Task XForwarded_SwitchedOff_NeitherSendsNorPassesAny()
    {
        (HttpRequest request, _) = await ForwardAsync(new ForwardedPlan { XForwarded = false }, Claims);

        Assert.DoesNotContain(request.Fields, field => field.Key.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase));
        Assert.False(request.Has("X-Real-IP"));
    }

    [Fact]
    public async Task Forwarded_OnRequest_IsWritten()
    {
        (HttpRequest request, _) = await ForwardAsync(new ForwardedPlan { Forwarded = true }, "");

        string[] parameters = request["Forwarded"]!.Split(';', StringSplitOptions.TrimEntries);
        Assert.Contains("for=127.0.0.1", parameters);
        Assert.Contains("proto=http", parameters);
        Assert.Contains("host=a.test", parameters.Select(parameter => parameter.Replace("\"", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Via_OnRequest_IsAddedBothWays()
    {
        await using Story story = Story.Begin(new ProxySetup { Forwarded = new ForwardedPlan { Via = true } });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.test\r\nVia: 1.0 first\r\n\r\n");
        ScriptedServerConnection server = await story.AcceptAsync();
        HttpRequest request = await server.ReadRequestAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nVia: 1.1 origin\r\nContent-Length: 0\r\n\r\n");
        HttpResponse response = await client.ReadResponseAsync();

        Assert.Equal("1.0 first, 1.1 sluice", string.Join(", ", request.All("Via")));
        Assert.Equal("1.1 origin, 1.1 sluice", string.Join(", ", response.All("Via")));
    }

    private static IpRange Range(string text) => IpRange.TryParse(text, out IpRange range) ? range : throw new ArgumentException(text);

    private static async Task<(HttpRequest Request, AccessLogEntry Line)> ForwardAsync(ForwardedPlan plan, string fields)
    {
        await using Story story = Story.Begin(new ProxySetup { Forwarded = plan });
        ScriptedClient client = await story.ConnectAsync();
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n");
        HttpRequest request = await (await story.AcceptAsync()).ServeAsync();
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        return (request, await story.LogLineAsync());
    }
}
