using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Sluice.Cli.Tests;

/// <summary>Every sample does what it says, with ports and paths of this test in place of its own.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestOrigin[] _origins = [.. Enumerable.Range(0, 4).Select(number => TestOrigin.Start($"server {number}"))];

    public void Dispose()
    {
        Array.ForEach(_origins, origin => origin.Dispose());
        _folder.Dispose();
    }

    [Theory]
    [InlineData("one-server.yaml", "/", "test.example", 200, "server 0")]
    [InlineData("balance.yaml", "/", "test.example", 200, "server [123]")]
    [InlineData("hosts-and-paths.yaml", "/api/x", "shop.example.com", 200, "server [23]")]
    [InlineData("hosts-and-paths.yaml", "/other", "www.shop.example.com", 200, "server 1")]
    [InlineData("hosts-and-paths.yaml", "/healthz", "test.example", 200, "ok")]
    [InlineData("hosts-and-paths.yaml", "/", "test.example", 404, "")]
    [InlineData("respond.yaml", "/healthz", "test.example", 204, "")]
    [InlineData("respond.yaml", "/hello", "test.example", 200, "hello")]
    [InlineData("respond.yaml", "/robots.txt", "test.example", 200, "User-agent: \\*\nDisallow: /\n")]
    [InlineData("respond.yaml", "/", "test.example", 503, "<p>Back in two minutes.</p>")]
    [InlineData("limits.yaml", "/", "test.example", 200, "server 0")]
    [InlineData("headers.yaml", "/legacy/x", "test.example", 200, "server 0")]
    [InlineData("headers.yaml", "/", "test.example", 200, "hello")]
    [InlineData("rewrite.yaml", "/api/x", "test.example", 200, "server 0")]
    [InlineData("rewrite-responses.yaml", "/app/x", "test.example", 200, "server 0")]
    [InlineData("policies.yaml", "/reports/x", "test.example", 200, "server 0")]
    [InlineData("redirect.yaml", "/", "test.example", 404, "")]
    [InlineData("watch.yaml", "/version", "test.example", 200, "one")]
    [InlineData("trusted-proxies.yaml", "/", "test.example", 200, "server 0")]
    [InlineData("split.yaml", "/", "test.example", 200, "server [123]")]
    [InlineData("blue-green.yaml", "/", "test.example", 200, "server 2")]
    [InlineData("sticky.yaml", "/", "test.example", 200, "server [12]")]
    [InlineData("sticky.yaml", "/api/x", "test.example", 200, "server [12]")]
    [InlineData("sessions-and-backups.yaml", "/", "test.example", 200, "server [12]")]
    [InlineData("sessions-and-backups.yaml", "/pictures/1", "test.example", 200, "server [12]")]
    [InlineData("outliers-and-circuit-breaker.yaml", "/", "test.example", 200, "server [123]")]
    [InlineData("outliers-and-circuit-breaker.yaml", "/reports/x", "test.example", 200, "server 0")]
    [InlineData("retries-and-failover.yaml", "/", "test.example", 200, "server [12]")]
    [InlineData("retries-and-failover.yaml", "/orders/x", "test.example", 200, "server [12]")]
    [InlineData("mirror.yaml", "/", "test.example", 200, "server 1")]
    [InlineData("health-checks.yaml", "/api/x", "test.example", 200, "server [23]")]
    [InlineData("health-checks.yaml", "/", "test.example", 503, "503 Service Unavailable\n")]
    [InlineData("overload.yaml", "/healthz", "test.example", 200, "ok")]
    [InlineData("overload.yaml", "/checkout/x", "test.example", 200, "server 0")]
    [InlineData("overload.yaml", "/reports/x", "test.example", 200, "server 1")]
    [InlineData("overload.yaml", "/", "test.example", 200, "server 0")]
    public async Task Sample_Run_Answers(string sample, string path, string host, int status, string body)
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write(sample, TextOf(sample)), "--workers", "1");

        (int actualStatus, string actualBody) = await Web.GetAsync(await sluice.WaitForListenerAsync(), path, host);

        Assert.Equal(status, actualStatus);
        Assert.Matches($"^{body}$", actualBody);
    }

    [Theory]
    [InlineData("include.yaml", "/api/x", "test.example", 200, "server [23]")]
    [InlineData("include.yaml", "/other", "shop.example.com", 200, "server 1")]
    [InlineData("include.yaml", "/", "test.example", 404, "")]
    [InlineData("environment.yaml", "/verification.txt", "test.example", 200, "site-verification=change-me")]
    [InlineData("environment.yaml", "/price", "test.example", 200, "5 [$]{currency}")]
    [InlineData("environment.yaml", "/", "test.example", 200, "server 0")]
    public async Task SampleOfSeveralFiles_Run_Answers(string sample, string path, string host, int status, string body)
    {
        foreach (string part in new[] { "conf.d/api.yaml", "conf.d/shop.yaml", "secrets/verification" })
        {
            Directory.CreateDirectory(Path.Combine(_folder.Path, Path.GetDirectoryName(part)!));
            _folder.Write(part, TextOf(part));
        }

        await Sample_Run_Answers(sample, path, host, status, body);
    }

    [Theory]
    [InlineData("match-methods.yaml", "GET", "/api/x", "", 200, "server 1")]
    [InlineData("match-methods.yaml", "PUT", "/api/x", "", 200, "server 2")]
    [InlineData("match-methods.yaml", "OPTIONS", "/api/x", "", 405, "")]
    [InlineData("match-headers.yaml", "GET", "/", "x-api-version: 2", 200, "server 2")]
    [InlineData("match-headers.yaml", "GET", "/", "X-Api-Version: 1.1", 200, "server 1")]
    [InlineData("match-headers.yaml", "GET", "/", "Accept: text/event-stream;q=0.5", 200, "events")]
    [InlineData("match-headers.yaml", "GET", "/private", "X-Api-Version: 3", 401, "")]
    [InlineData("match-headers.yaml", "GET", "/private", "User-Agent: curl/8", 200, "plain")]
    [InlineData("match-headers.yaml", "GET", "/private", "Authorization: Basic eDp5", 200, "plain")]
    [InlineData("match-query.yaml", "GET", "/search?q=&lang=en", "", 200, "search")]
    [InlineData("match-query.yaml", "GET", "/search?q=red+shoes&lang=fr", "", 200, "shoes")]
    [InlineData("match-query.yaml", "GET", "/x?token=t-1", "", 200, "debug")]
    [InlineData("match-query.yaml", "GET", "/x?token=t-1&debug=0", "", 200, "other")]
    [InlineData("match-cookies.yaml", "GET", "/", "Cookie: a=1; version=new", 200, "server 2")]
    [InlineData("match-cookies.yaml", "GET", "/", "Cookie: session=0123abcd", 200, "server 1")]
    [InlineData("match-cookies.yaml", "GET", "/", "Cookie: session=0123abcde; version=old", 200, "server 0")]
    [InlineData("match-regex.yaml", "GET", "/users/17/posts", "", 200, "a user")]
    [InlineData("match-regex.yaml", "GET", "/users/x", "Host: Shop-1.Example.com", 200, "a tenant")]
    [InlineData("match-regex.yaml", "GET", "/a/index.php", "", 410, "")]
    [InlineData("match-regex.yaml", "GET", "/users/x", "Host: a.b.example.com", 200, "other")]
    [InlineData("match-globs.yaml", "GET", "/tenants/a/files/2026/x.pdf", "", 200, "a document")]
    [InlineData("match-globs.yaml", "GET", "/tenants/a/files/2026/x.txt", "", 200, "a file")]
    [InlineData("match-globs.yaml", "GET", "/assets/site.css", "", 200, "a stylesheet")]
    [InlineData("match-globs.yaml", "GET", "/assets/a/site.css", "", 200, "other")]
    [InlineData("match-all-any-not.yaml", "GET", "/admin/x", "X-Admin: yes", 200, "admin")]
    [InlineData("match-all-any-not.yaml", "GET", "/admin/x", "Cookie: admin=1", 200, "admin")]
    [InlineData("match-all-any-not.yaml", "POST", "/admin/x", "Cookie: admin=1", 403, "")]
    [InlineData("match-all-any-not.yaml", "GET", "/admin/x?logout", "X-Admin: yes", 403, "")]
    [InlineData("match-all-any-not.yaml", "GET", "/", "", 200, "everyone")]
    [InlineData("match-percentage.yaml", "GET", "/new", "", 200, "everyone")]
    [InlineData("match-percentage.yaml", "GET", "/old", "", 200, "stable")]
    [InlineData("match-percentage.yaml", "GET", "/canary", "", 200, "(canary|beta|stable)")]
    [InlineData("methods.yaml", "POST", "/api/x", "", 200, "server 0")]
    [InlineData("methods.yaml", "PUT", "/api/x", "", 405, "405 Method Not Allowed\n")]
    [InlineData("methods.yaml", "POST", "/", "", 405, "405 Method Not Allowed\n")]
    [InlineData("methods.yaml", "GET", "/", "", 200, "server 1")]
    [InlineData("path-policy.yaml", "GET", "/admin/a%2Fb", "", 400, "400 Bad Request\n")]
    [InlineData("path-policy.yaml", "GET", "/files/a//b", "", 400, "400 Bad Request\n")]
    [InlineData("path-policy.yaml", "GET", "/files/a;b", "", 200, "server 1")]
    [InlineData("path-policy.yaml", "GET", "/x%00", "", 400, "400 Bad Request\n")]
    [InlineData("path-policy.yaml", "GET", "/x//y", "", 200, "server 2")]
    [InlineData("maintenance.yaml", "GET", "/", "", 503, "<h1>Back soon</h1><p>test.example is being worked on.</p>")]
    [InlineData("maintenance.yaml", "GET", "/status", "", 200, "open")]
    [InlineData("error-pages.yaml", "GET", "/nothing", "", 404, "There is nothing at /nothing.\n")]
    [InlineData("error-pages.yaml", "GET", "/broken", "Accept: text/html", 502, "<h1>502 Bad Gateway</h1><p>Tell us this number: [0-9]+</p>")]
    [InlineData("error-pages.yaml", "GET", "/broken", "Accept: application/json", 502, "{\"status\": 502, \"error\": \"connect_(refused|failed)\", \"request\": \"[0-9]+\"}")]
    [InlineData("error-pages.yaml", "GET", "/shop/x", "", 200, "server 0")]
    [InlineData("faults.yaml", "GET", "/api/x", "X-Rehearsal: on", 503, "503 Service Unavailable\n")]
    [InlineData("faults.yaml", "GET", "/api/x", "", 200, "server 0")]
    [InlineData("cors.yaml", "GET", "/public/x", "Origin: https://any.example", 200, "server 0")]
    [InlineData("match-listeners.yaml", "GET", "/metrics", "", 200, "public")]
    public async Task MatchSample_Run_TakesTheRoute(string sample, string method, string path, string header, int status, string body)
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write(sample, TextOf(sample)), "--workers", "1");

        (int actualStatus, string actualBody) = await Web.SendAsync(await sluice.WaitForListenerAsync(), method, path, header);

        Assert.Equal(status, actualStatus);
        Assert.Matches($"^{body}$", actualBody);
    }

    [Fact]
    public async Task ListenerSample_Run_TellsListenersApart()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", TextOf("match-listeners.yaml")), "--workers", "1");
        await sluice.WaitForListenerAsync();
        var inside = new UnixDomainSocketEndPoint(_folder.Path + "/sluice-internal.sock");

        Assert.Equal((200, "metrics"), await Web.GetAsync(inside, "/metrics"));
        Assert.Equal((200, "internal"), await Web.GetAsync(inside, "/other"));
    }

    [Fact]
    public async Task StickySample_RequestWithTheCookieOfAResponse_GoesToTheSameServer()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", TextOf("sticky.yaml")), "--workers", "1");
        IPEndPoint server = await sluice.WaitForListenerAsync();
        (string? cookie, string first) = await Web.GetCookieAsync(server);

        Assert.Matches("^variant=[0-9a-f]{32}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax$", cookie);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal((null, first), await Web.GetCookieAsync(server, cookie!.Split(';')[0]));
        }
    }

    [Fact]
    public async Task MirrorSample_Request_ReachesTheShadowToo()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", TextOf("mirror.yaml")), "--workers", "1");
        IPEndPoint server = await sluice.WaitForListenerAsync();

        Assert.Equal((200, "server 1"), await Web.GetAsync(server, "/login"));
        Assert.Equal((200, "server 1"), await Web.GetAsync(server, "/copied"));

        Assert.StartsWith("GET /copied HTTP/1.1\r\n", await _origins[2].FirstRequestAsync(), StringComparison.Ordinal);
    }

    // Any process takes more than 26 MiB, and this one less than 196 MiB.
    [Fact]
    public async Task OverloadSample_WithLittleMemoryLeft_AnswersWhatMatters()
    {
        string text = TextOf("overload.yaml").Replace("2GiB", "200MiB", StringComparison.Ordinal);
        (string From, string To)[] levels =
            [("reduce_timeouts: 80", "reduce_timeouts: 10"), ("shrink: 85", "shrink: 11"), ("close: 92", "close: 12"), ("shed: 95", "shed: 13")];
        text = levels.Aggregate(text, (all, level) => all.Replace(level.From, level.To, StringComparison.Ordinal));
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", text), "--workers", "1");
        IPEndPoint server = await sluice.WaitForListenerAsync();
        await sluice.ExpectErrorLineAsync("sluice: overload: shed begins: memory at");

        string refused = await Web.ExchangeAsync(server, "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 503 ", refused, StringComparison.Ordinal);
        Assert.Contains("\r\nretry-after: 1\r\n", refused, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nConnection: close\r\n", refused, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(503, (await Web.GetAsync(server, "/reports/x")).Status);
        Assert.Equal((200, "server 0"), await Web.GetAsync(server, "/checkout/x"));
        Assert.Equal((200, "ok"), await Web.GetAsync(server, "/healthz"));
        Assert.Matches(@"\n  overload     shed: connections \d+ ?%, descriptors \d+ ?%, memory \d+ ?%, delay \d+ ?%\n", (await sluice.AskAsync("status")).Output);
        Assert.Matches("\"step\": \"shed\"(.|\n)*\"shed\": \\{\\s*\"low\": 1,\\s*\"normal\": 1,", (await sluice.AskAsync("status", "--json")).Output);
    }

    [Fact]
    public async Task UnixSocketSample_Run_ForwardsBetweenSockets()
    {
        using TestOrigin origin = TestOrigin.StartUnix(_folder.Path + "/app.sock", "unix server");
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("a.yaml", TextOf("unix-socket.yaml")), "--workers", "1");
        await sluice.WaitForListenerAsync();

        Assert.Equal((200, "unix server"), await Web.GetAsync(new UnixDomainSocketEndPoint(_folder.Path + "/sluice-sample.sock")));
    }

    [Theory]
    [InlineData("https://app.example.com", "Access-Control-Allow-Origin: https://app.example.com\r\n")]
    [InlineData("http://localhost:5173", "Access-Control-Allow-Headers: Content-Type, Authorization\r\n")]
    [InlineData("https://evil.example", null)]
    public async Task CorsSample_Run_AnswersPreflights(string origin, string? expected)
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("cors.yaml", TextOf("cors.yaml")), "--workers", "1");

        string response = await Web.ExchangeAsync(
            await sluice.WaitForListenerAsync(),
            $"OPTIONS /x HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: DELETE\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 204 ", response, StringComparison.Ordinal);
        Assert.Equal(expected is not null, response.Contains("Access-Control-Allow-", StringComparison.Ordinal));
        Assert.Contains(expected ?? "Vary: Origin", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchSample_Edited_ServesTheChangeAndKeepsTheRest()
    {
        string file = _folder.Write("a.yaml", TextOf("watch.yaml"));
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", file, "--workers", "1");
        IPEndPoint address = await sluice.WaitForListenerAsync();

        File.WriteAllText(file, TextOf("watch.yaml").Replace("respond: one", "respond: two", StringComparison.Ordinal));
        await sluice.WaitForErrorLineAsync("sluice: reloaded: 1 route changed (file change)");

        Assert.Equal((200, "two"), await Web.GetAsync(address, "/version"));
        Assert.Equal((200, "server 0"), await Web.GetAsync(address));
    }

    [Fact]
    public async Task TlsSample_Run_AnswersByHttpsAndRedirectsToIt()
    {
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("tls.yaml", TextOf("tls.yaml")), "--workers", "1");
        (IPEndPoint plain, IPEndPoint secure) = await sluice.WaitForBothListenersAsync();
        using var web = SecureWeb.Create(secure, Path.Combine(Folder(), "certificates"), showsCertificate: false);

        string redirect = await Web.ExchangeAsync(plain, "GET /a?b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        using HttpResponseMessage response = await web.GetAsync("/");

        Assert.StartsWith("HTTP/1.1 308 ", redirect, StringComparison.Ordinal);
        Assert.Contains("Location: https://localhost:8443/a?b\r\n", redirect, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("server 0", await response.Content.ReadAsStringAsync());
        Assert.True(response.Headers.Contains("Strict-Transport-Security"));
        Assert.DoesNotContain("Strict-Transport-Security", redirect, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ClientCertificatesSample_Run_TellsTheServerWhoItIs()
    {
        using SluiceProcess sluice = SluiceProcess.Start(
            "run", "-c", _folder.Write("clients.yaml", TextOf("client-certificates.yaml")), "--workers", "1");
        IPEndPoint secure = await sluice.WaitForListenerAsync();
        using var alice = SecureWeb.Create(secure, Path.Combine(Folder(), "certificates"), showsCertificate: true);
        using var nobody = SecureWeb.Create(secure, Path.Combine(Folder(), "certificates"), showsCertificate: false);

        using HttpResponseMessage reports = await alice.GetAsync("/reports/x");
        using HttpResponseMessage refused = await nobody.GetAsync("/reports/x");
        using HttpResponseMessage open = await nobody.GetAsync("/");

        string head = await _origins[0].FirstRequestAsync();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.OK), (reports.StatusCode, refused.StatusCode, open.StatusCode));
        Assert.Matches("(?i)x-client-subject: CN=alice, ?O=Sample\r\n", head);
        Assert.Contains("client-cert: :", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task UpstreamTlsSample_Run_VerifiesTheServer()
    {
        using SluiceProcess server = SluiceProcess.Start("run", "-c", _folder.Write("tls.yaml", TextOf("tls.yaml")), "--workers", "1");
        (_, IPEndPoint secure) = await server.WaitForBothListenersAsync();
        string text = TextOf("upstream-tls.yaml").Replace("127.0.0.1:8443", secure.ToString(), StringComparison.Ordinal);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("good.yaml", text), "--workers", "1");
        string wrongName = text.Replace("server_name: localhost", "server_name: other.example", StringComparison.Ordinal);
        using SluiceProcess wrong = SluiceProcess.Start("run", "-c", _folder.Write("wrong.yaml", wrongName), "--workers", "1");

        Assert.Equal((200, "server 0"), await Web.GetAsync(await sluice.WaitForListenerAsync(), host: "localhost"));
        Assert.Equal(502, (await Web.GetAsync(await wrong.WaitForListenerAsync(), host: "localhost")).Status);
    }

    // With messages and trailers it is run before a scripted server (tests/Scenarios/Samples).
    [Fact]
    public async Task GrpcSample_Run_TakesACallOfAPage()
    {
        const string Answers = """
            listen: { address: "127.0.0.1:0", http2: prior_knowledge }
            overload: { max_delay: 60s }
            routes: [{ respond: { headers: { content-type: application/grpc+proto, grpc-status: "5", grpc-message: nobody } } }]
            """;
        using SluiceProcess server = SluiceProcess.Start("run", "-c", _folder.Write("server.yaml", Answers), "--workers", "1");
        IPEndPoint address = await server.WaitForListenerAsync();
        string text = TextOf("grpc.yaml").Replace($"127.0.0.1:{_origins[0].Port}", address.ToString(), StringComparison.Ordinal);
        using SluiceProcess sluice = SluiceProcess.Start("run", "-c", _folder.Write("grpc.yaml", text), "--workers", "1");

        string response = await Web.ExchangeAsync(await sluice.WaitForListenerAsync(),
            "POST /helloworld.Greeter/SayHello HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nOrigin: https://app.example.com\r\n"
            + "Content-Type: application/grpc-web+proto\r\nContent-Length: 5\r\n\r\n\0\0\0\0\0");

        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/grpc-web+proto\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\ngrpc-status: 5\r\ngrpc-message: nobody\r\n", response, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nAccess-Control-Allow-Origin: https://app.example.com\r\n", response, StringComparison.OrdinalIgnoreCase);
    }

    // What it orders at a real issuer is tested with one of the tests' own.
    [Theory]
    [InlineData("automatic-certificates.yaml")]
    public async Task AutomaticCertificatesSample_Checked_IsGood(string sample)
    {
        ProcessResult result = await SluiceProcess.RunAsync("check", Path.Combine(Folder(), sample));

        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void Samples_All_AreRunHereOrByScenarios()
    {
        IEnumerable<string> scenarios = Directory.GetFiles(Path.Combine(Folder(), "..", "tests", "Scenarios", "Samples"), "*.cs");
        string source = string.Concat(scenarios.Prepend(PathOfThisFile()).Select(File.ReadAllText));

        Assert.All(Directory.GetFiles(Folder()), path => Assert.Contains($"\"{Path.GetFileName(path)}\"", source, StringComparison.Ordinal));
    }

    private static string PathOfThisFile([CallerFilePath] string path = "") => path;

    private static string Folder() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(PathOfThisFile())!, "..", "..", "samples"));

    // How busy the machine is with other things is nothing that a sample is about.
    private string TextOf(string sample)
    {
        string text = File.ReadAllText(Path.Combine(Folder(), sample))
            .Replace("\":8080\"", "\"127.0.0.1:0\"", StringComparison.Ordinal)
            .Replace("127.0.0.1:8080", "127.0.0.1:0", StringComparison.Ordinal)
            .Replace("address: \":8443\"", "address: \"127.0.0.1:0\"", StringComparison.Ordinal)
            .Replace(" certificates/", $" {Folder()}/certificates/", StringComparison.Ordinal)
            .Replace("max_delay: 100ms", "max_delay: 60s", StringComparison.Ordinal)
            .Replace("socket: /tmp/", $"socket: {_folder.Path}/", StringComparison.Ordinal)
            .Replace("unix:/tmp/", $"unix:{_folder.Path}/", StringComparison.Ordinal);
        for (int number = 0; number < _origins.Length; number++)
        {
            text = text.Replace($"127.0.0.1:300{number}", $"127.0.0.1:{_origins[number].Port}", StringComparison.Ordinal);
        }

        bool isPart = sample.Contains('/', StringComparison.Ordinal);
        return isPart || text.Contains("\noverload:", StringComparison.Ordinal) ? text : $"{text}\noverload: {{ max_delay: 60s }}\n";
    }
}
