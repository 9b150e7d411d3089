using System.Net;
using Sluice.Config.Automation;
using Sluice.Config.Building;
using Sluice.Config.Diagnostics;
using Sluice.Config.Model;
using Sluice.Proxy;
using Sluice.Proxy.Plans;

namespace Sluice.Config.Tests;

public sealed class SluiceBuilderTests
{
    [Fact]
    public void Builder_AllMethods_GiveWhatAFileGives()
    {
        var builder = new SluiceBuilder();
        builder.Listen("127.0.0.1:8080").Workers(2).AccessLog(false).TrustedProxies("10.0.0.0/8");
        builder.Limits(limits => limits.Set("connect_timeout", "1s").Set("half_close", true));
        builder.Defaults(defaults => defaults.Set("balance", "least_requests"));
        builder.Policy("quick", policy => policy.Set("limits", limits => limits.Set("response_header_timeout", "2s")));
        builder.Upstream("app", app => app.Server("http://a:1").Server("http://b:2", weight: 3).Connections(pool => pool.Set("max", 5)));
        builder.Upstream("other", "http://c", "http://d").Set("forwarded", forwarded => forwarded.Set("via", true));
        builder.Route("/api/*", "/v2/*").Name("api").Use("quick").Proxy("app");
        builder.Route().Match(match => match.Set("host", "*.example.com")).Proxy("other").Limits(limits => limits.Set("connect_timeout", "3s"));
        builder.Route("/teapot").Respond(418, "short and stout");
        builder.Route("/old").Redirect("/new", 301);
        builder.Route("/in/*").Proxy("http://g").Rewrite(rewrite => rewrite.Set("strip_prefix", "/in")).SecurityHeaders("strict")
            .RequestHeaders(headers => headers.Set("set", set => set.Set("x-a", "1")))
            .ResponseHeaders(headers => headers.Set("remove", ["server"]));
        builder.Route().Proxy(["http://e", "http://f"]);

        const string file = """
            listen: 127.0.0.1:8080
            workers: 2
            access_log: off
            trusted_proxies: 10.0.0.0/8
            limits: { connect_timeout: 1s, half_close: true }
            defaults: { balance: least_requests }
            policies: { quick: { limits: { response_header_timeout: 2s } } }
            forwarded: { via: true }
            upstreams:
              app: { servers: [http://a:1, { url: "http://b:2", weight: 3 }], connections: { max: 5 } }
              other: [http://c, http://d]
            routes:
              - { name: api, match: { path: [/api/*, /v2/*] }, use: quick, proxy: app }
              - { match: { host: "*.example.com" }, proxy: other, limits: { connect_timeout: 3s } }
              - { match: /teapot, respond: { status: 418, body: short and stout } }
              - { match: /old, redirect: { to: /new, status: 301 } }
              - match: /in/*
                proxy: http://g
                rewrite: { strip_prefix: /in }
                security_headers: strict
                request_headers: { set: { x-a: "1" } }
                response_headers: { remove: [server] }
              - proxy: [http://e, http://f]
            """;
        (SluiceConfig config, ProxyPlan plan) = Compile(builder);
        ConfigResult expected = ConfigLoader.LoadText(file, "file");

        Assert.Empty(expected.Diagnostics);
        Assert.Equal(expected.Plan, plan);
        Assert.Equal(expected.Config!.Workers, config.Workers);
    }

    [Fact]
    public void Builder_TlsMethods_GiveWhatAFileGives()
    {
        string folder = Path.Combine(RepositoryFiles.Root, "samples", "certificates");
        string site = Path.Combine(folder, "site.pem");
        string siteKey = Path.Combine(folder, "site.key");
        string client = Path.Combine(folder, "client.pem");
        string clientKey = Path.Combine(folder, "client.key");
        string authority = Path.Combine(folder, "authority.pem");
        var builder = new SluiceBuilder();
        builder.Listen("127.0.0.1:8443", listener => listener.Name("secure").Tls(site, siteKey).Http2(false));
        builder.Listen("127.0.0.1:8444", listener => listener.AutomaticTls());
        builder.Listen("127.0.0.1:8445", listener => listener.Tls(tls => tls
            .Set("certificates", [pair => pair.Set("cert", site).Set("key", siteKey)])
            .Set("client_certificates", [policy => policy.Set("hosts", ["a.example"]).Set("ca", authority), policy => policy.Set("mode", "optional").Set("ca", authority)])
            .Set("strict_sni", true)));
        builder.Listen("127.0.0.1:8446", listener => listener.Http2PriorKnowledge());
        builder.Upstream("app", app => app.Server("https://a").Http2().Tls(tls => tls
            .Set("ca", authority).Set("client_certificate", pair => pair.Set("cert", client).Set("key", clientKey))));
        builder.Forwarded(forwarded => forwarded.Set("client_certificate", true)).Certificates(certificates => certificates.Set("email", "ops@example.com").Set("challenges", ["http-01"]));
        builder.Route("/a").Match(match => match.Set("host", "example.com")).Proxy("app").RequireClientCertificate().EarlyData();

        string file = $$"""
            listen:
              - { address: "127.0.0.1:8443", name: secure, tls: { certificates: { cert: {{site}}, key: {{siteKey}} } }, http2: false }
              - { address: "127.0.0.1:8444", tls: auto }
              - address: 127.0.0.1:8445
                tls:
                  certificates: [{ cert: {{site}}, key: {{siteKey}} }]
                  client_certificates: [{ hosts: a.example, ca: {{authority}} }, { mode: optional, ca: {{authority}} }]
                  strict_sni: true
              - { address: "127.0.0.1:8446", http2: prior_knowledge }
            upstreams: { app: { servers: https://a, http2: true, tls: { ca: {{authority}}, client_certificate: { cert: {{client}}, key: {{clientKey}} } } } }
            forwarded: { client_certificate: true }
            certificates: { email: ops@example.com, challenges: http-01 }
            routes: [{ match: { host: example.com }, proxy: app, client_certificate: required, early_data: true }]
            """;
        (SluiceConfig config, ProxyPlan plan) = Compile(builder);
        ConfigResult expected = ConfigLoader.LoadText(file, "file");

        Assert.Empty(expected.Diagnostics);
        Assert.Equal(expected.Plan, plan);
        Assert.Equal(AutomationText.Write(expected.Automation), AutomationText.Write(AutomationCompiler.Compile(config)));
    }

    [Fact]
    public void Builder_CertificateThatCanNotBeRead_IsToldOfTheListener()
    {
        var builder = new SluiceBuilder();
        builder.Listen(":8443", listener => listener.Tls("/nowhere/site.pem"));
        builder.Route().Respond("hello");
        var diagnostics = new DiagnosticBag();

        builder.Build(diagnostics);

        Assert.Equal("certificates of tls of listener `:8443`: can't read `/nowhere/site.pem`: no such file", Assert.Single(diagnostics.ToSortedList()).Message);
    }

    [Fact]
    public void Builder_WithChanges_AreMadeInTheirOrder()
    {
        var builder = new SluiceBuilder();
        builder.Listen(":8080").With(config => config with { Workers = 3 }).With(config => config with { Workers = config.Workers + 1 });
        builder.Route("/a").With(route => route with { Respond = new RespondConfig { Status = 204 } });

        (SluiceConfig config, ProxyPlan plan) = Compile(builder);

        Assert.Equal(4, config.Workers);
        Assert.Equal(204, Assert.IsType<RespondAction>(plan.Routes[0].Action).Status);
    }

    [Fact]
    public void Builder_Files_AreOfAFolderBesideTheProgram()
    {
        string folder = Directory.CreateTempSubdirectory("sl").FullName;
        var builder = new SluiceBuilder();
        builder.Listen(":8080");
        builder.Route("/short/*").Files(folder);
        builder.Route("/long/*").Files(files => files.Set("root", folder).Set("listing", true));

        (_, ProxyPlan plan) = Compile(builder);

        Assert.Equal([new FilesAction(folder), new FilesAction(folder) { Listing = true }], plan.Routes.Select(route => route.Action));
        Directory.Delete(folder);
    }

    [Fact]
    public void Create_ManyErrors_AreInOneException()
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => SluiceServer.Create(b =>
        {
            b.Listen("nowhere").Limits(limits => limits.Set("conect_timeout", "1s").Set("keepalive_timeout", "1"));
            b.Route().Name("first").Match("api").Proxy("http://a");
            b.Route().Respond(700);
            b.Upstream("app", app => app.Server("ftp://a", weight: 0));
            b.Upstream("app", "http://b");
        }));

        Assert.Equal(
            [
                "SL0202 the upstream `app` is given twice",
                "SL0203 limits: unknown option `conect_timeout`",
                "SL0301 limits: `1` is not a duration",
                "SL0305 respond of route 2: `700` is out of range",
                "SL0305 upstream `app`: `0` is out of range",
                "SL0307 listener `nowhere`: `nowhere` is not an address to listen on",
                "SL0308 upstream `app`: `ftp://a` is not the URL of a server",
                "SL0310 match of route `first`: `api` is not a path",
            ],
            exception.Diagnostics.Select(finding => $"{finding.Code.Id} {finding.Message}").Order(StringComparer.Ordinal));
        Assert.All(exception.Diagnostics, finding => Assert.Null(finding.Location));
        Assert.Contains("did you mean `connect_timeout`?", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_ErrorsBetweenParts_NameTheThing()
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => SluiceServer.Create(b =>
        {
            b.Route("/a").Name("same").Proxy("ap");
            b.Route("/b").Name("same");
            b.Upstream("app", "http://a");
        }));

        Assert.Equal(
            [
                "SL0204 route `same` has no `proxy` or `respond` or `redirect` or `files`",
                "SL0204 the configuration has no `listen`",
                "SL0401 route `same`: there is no upstream `ap`",
                "SL0402 route `same`: two routes have the name `same`",
            ],
            exception.Diagnostics.Where(finding => finding.IsError).Select(finding => $"{finding.Code.Id} {finding.Message}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Create_RecordsWithHoles_AreRefused()
    {
        var config = new SluiceConfig
        {
            Listeners = [new ListenerConfig()],
            Routes = [new RouteConfig(), new RouteConfig { Proxy = new ProxyConfig(), Respond = new RespondConfig() }],
            Upstreams = [new UpstreamConfig { Name = "a" }, new UpstreamConfig { Name = "a", Servers = [new ServerConfig()] }],
        };

        ConfigException exception = Assert.Throws<ConfigException>(() => SluiceServer.Create(config));

        Assert.Equal(7, exception.Diagnostics.Count(finding => finding.IsError));
    }

    [Fact]
    public async Task Create_GoodRecords_AreServed()
    {
        var config = new SluiceConfig
        {
            Listeners = [new ListenerConfig { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Text = "test" }],
            Routes = [new RouteConfig { Respond = new RespondConfig { Body = "ok" } }],
            AccessLog = false,
            Workers = 1,
        };

        await using SluiceServer server = SluiceServer.Create(config);
        using var client = new HttpClient();

        Assert.Equal("ok", await client.GetStringAsync(new Uri($"http://{server.EndPoints[0]}/")));
    }

    [Fact]
    public void CreateFromFile_Missing_IsRefused()
    {
        ConfigException exception = Assert.Throws<ConfigException>(() => SluiceServer.CreateFromFile("/nowhere/sluice.yaml"));

        Assert.Equal("SL0101", Assert.Single(exception.Diagnostics).Code.Id);
    }

    private static (SluiceConfig Config, ProxyPlan Plan) Compile(SluiceBuilder builder)
    {
        var diagnostics = new Diagnostics.DiagnosticBag();
        SluiceConfig config = builder.Build(diagnostics);
        Assert.Empty(diagnostics.ToSortedList());
        return (config, Compilation.PlanCompiler.Compile(config));
    }
}
