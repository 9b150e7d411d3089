using System.Text.Json;

namespace Sluice.Cli.Tests;

public sealed class RouteTests : IDisposable
{
    private const string Config = """
        listen: [":8080", { address: "127.0.0.1:9000", name: internal }]
        trusted_proxies: 10.0.0.1
        routes:
          - { name: api, match: { host: shop.example.com, path: /api/* }, respond: api }
          - { name: api_post, match: { host: shop.example.com, path: /api/v1/*, method: POST }, respond: v1 }
          - { name: longer, match: { host: "*.example.com", path: /api/v1/x }, respond: wildcard }
          - { name: users, match: { path: { regex: "/users/[0-9]+" } }, proxy: http://127.0.0.1:3000 }
          - { name: beta, match: { path: /beta, any: [{ header: { X-Beta: "1" } }, { cookie: { beta: "1" } }], not: { client_ip: 192.0.2.0/24 } }, respond: beta }
          - { name: canary, match: { path: /canary, percentage: 10 }, respond: canary }
          - { name: stable, match: /canary, respond: stable }
          - { name: metrics, match: { path: /metrics, listener: internal }, respond: 204 }
          - { name: secure, match: { path: /secure, scheme: https, sni: "*.example.com" }, respond: secure }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _file;

    public RouteTests() => _file = _folder.Write("sluice.yaml", Config);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Route_WithAWinner_TellsItAndWhyTheOthersLost()
    {
        ProcessResult result = await RunAsync("https://SHOP.example.com/x/../%61pi/v1/x?debug=1");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            $"""
            request  GET https://shop.example.com/api/v1/x?debug=1 from 127.0.0.1
                     the path /x/../%61pi/v1/x is matched in its canonical form /api/v1/x
                     the host SHOP.example.com is matched as shop.example.com
            route    api ({_file}:4:5): respond 200

            not api_post ({_file}:5:5): respond 200
                expected method POST, got GET
            not longer ({_file}:6:5): respond 200
                matches too, but api goes first: an exact host goes before a wildcard host
            not users ({_file}:7:5): proxy http://127.0.0.1:3000
                expected path ~/users/[0-9]+, got /api/v1/x
            not beta ({_file}:8:5): respond 200
                expected path /beta, got /api/v1/x
            not canary ({_file}:9:5): respond 200
                expected path /canary, got /api/v1/x
            not stable ({_file}:10:5): respond 200
                expected path /canary, got /api/v1/x
            not metrics ({_file}:11:5): respond 204
                expected path /metrics, got /api/v1/x
            not secure ({_file}:12:5): respond 200
                expected path /secure, got /api/v1/x

            """,
            result.Output);
    }

    [Theory]
    [InlineData("route    api_post (", "http://shop.example.com/api/v1/y", "-X", "POST")]
    [InlineData("api_post goes first: its prefix is longer", "http://shop.example.com/api/v1/y", "-X", "POST")]
    [InlineData("route    beta (", "http://a/beta", "-H", "X-Beta: 1")]
    [InlineData("route    beta (", "http://a/beta", "-H", "X-Other: 1", "-H", "Cookie: a=1; beta=1")]
    [InlineData("route    metrics (", "http://a/metrics", "--listener", "internal")]
    [InlineData("route    metrics (", "http://a/metrics", "--listener", "127.0.0.1:9000")]
    [InlineData("route    secure (", "https://a.example.com/secure")]
    [InlineData("route    longer (", "http://ignored/api/v1/x", "-H", "Host: a.example.com:8080")]
    [InlineData("chance   90 % stable, 10 % canary", "http://a/canary")]
    [InlineData("    takes 10 % of such requests\n", "http://a/canary")]
    public async Task Route_Taken_EndsWith0(string expected, params string[] arguments)
    {
        ProcessResult result = await RunAsync(arguments);

        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [InlineData("none of several: expected header X-Beta \"1\", got none; expected cookie beta \"1\", got \"beta=2\"", "http://a/beta", "-H", "Cookie: beta=2")]
    [InlineData("expected not (client_ip 192.0.2.0/24), but it is so", "http://a/beta", "-H", "X-Beta: 1", "--client", "192.0.2.7")]
    [InlineData("expected not (client_ip 192.0.2.0/24), but it is so", "http://a/beta", "-H", "X-Beta: 1", "-H", "X-Forwarded-For: 192.0.2.7", "--client", "10.0.0.1")]
    [InlineData("expected listener internal, got :8080", "http://a/metrics")]
    [InlineData("expected scheme https, got http", "http://a/secure")]
    [InlineData("expected sni *.example.com, got none", "https://[::1]/secure")]
    [InlineData("route    none: 404", "http://a/nothing")]
    [InlineData("refused with 400 before it is routed: invalid_percent_encoding", "http://a/%zz")]
    [InlineData("refused with 400 before it is routed: invalid_host", "http://user:secret@a/")]
    public async Task Route_NotTaken_EndsWith1(string expected, params string[] arguments)
    {
        ProcessResult result = await RunAsync(arguments);

        Assert.Contains(expected, result.Output, StringComparison.Ordinal);
        Assert.Equal((1, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Route_AsJson_IsOneObject()
    {
        ProcessResult result = await RunAsync("http://a/canary", "--json");

        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal("stable", json.RootElement.GetProperty("route").GetProperty("name").GetString());
        Assert.Equal($"{_file}:10:5", json.RootElement.GetProperty("route").GetProperty("place").GetString());
        Assert.Equal([90m, 10m], json.RootElement.GetProperty("outcomes").EnumerateArray().Select(outcome => outcome.GetProperty("percent").GetDecimal()));
        Assert.Equal(8, json.RootElement.GetProperty("others").GetArrayLength());
    }

    [Fact]
    public async Task Route_RefusedAsJson_NamesTheRule()
    {
        ProcessResult result = await RunAsync("http://a/%zz", "--json");

        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("invalid_percent_encoding", json.RootElement.GetProperty("refused").GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Route_UnknownListener_EndsWith1()
    {
        ProcessResult result = await RunAsync("http://a/", "--listener", "other");

        Assert.Equal((1, "", "sluice: there is no listener `other`; there are :8080, internal\n"), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task Route_BadConfiguration_TellsItsErrors()
    {
        ProcessResult result = await SluiceProcess.RunAsync("route", "http://a/", "-c", _folder.Write("bad.yaml", "listen: \":8080\"\n"));

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("error[SL0204]", result.Error, StringComparison.Ordinal);
    }

    private Task<ProcessResult> RunAsync(params string[] arguments) => SluiceProcess.RunAsync(["route", .. arguments, "-c", _file]);
}
