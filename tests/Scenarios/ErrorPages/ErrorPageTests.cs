using System.Net;
using Sluice.Proxy;
using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.ErrorPages;

/// <summary>Pages in place of the plain words of errors.</summary>
public sealed class ErrorPageTests
{
    private const string Get = "GET /a?b HTTP/1.1\r\nHost: a.test\r\n";

    [Fact]
    public async Task Error_OfTheProxy_GetsItsPageWithVariables()
    {
        HttpResponse response = await FailAsync(Get + "\r\n", Pages.On(502, Pages.Text("{status} {reason}|{error}|{host}|{path}|{route}|{request.id}|{unless it is one}")));

        Assert.Equal((502, "text/plain; charset=utf-8"), (response.Status, response["Content-Type"]));
        string[] parts = response.Text.Split('|');
        Assert.Equal(["502 Bad Gateway", "connect_refused", "a.test", "/a", "everything"], parts[..5]);
        Assert.Matches("^[0-9]+$", parts[5]);
        Assert.Equal("{unless it is one}", parts[6]);
    }

    [Theory]
    [InlineData(502, "exact")]
    [InlineData(500, "class")]
    public async Task SingleStatus_GoesBeforeItsClass(int on, string expected)
    {
        HttpResponse response = await FailAsync(Get + "\r\n", Pages.OnClass(5, Pages.Text("class")), Pages.On(on, Pages.Text("exact")));

        Assert.Equal((502, expected), (response.Status, response.Text));
    }

    [Fact]
    public async Task Page_OfALowerRank_GoesBeforeOneOfAHigherForTheStatusItself()
    {
        HttpResponse response = await FailAsync(Get + "\r\n", Pages.On(502, Pages.Text("defaults")) with { Rank = 2 }, Pages.OnClass(5, Pages.Text("route")));

        Assert.Equal("route", response.Text);
    }

    [Fact]
    public async Task Page_OfAnotherStatus_IsNotSent()
    {
        HttpResponse response = await FailAsync(Get + "\r\n", Pages.On(404, Pages.Text("not this")));

        Assert.Equal("502 Bad Gateway\n", response.Text);
    }

    [Fact]
    public async Task Page_WithAStatusOfItsOwn_ChangesIt()
    {
        HttpResponse response = await FailAsync(Get + "\r\n", Pages.On(502, Pages.Text("{status}")) with { Status = 200 });

        Assert.Equal((200, "HTTP/1.1 200 OK", "200"), (response.Status, response.StartLine, response.Text));
    }

    [Theory]
    [InlineData("", "html")]
    [InlineData("Accept: */*\r\n", "html")]
    [InlineData("Accept: application/json\r\n", "json")]
    [InlineData("Accept: APPLICATION/JSON\r\n", "json")]
    [InlineData("Accept: text/html, application/json\r\n", "html")]
    [InlineData("Accept: text/html;q=0.5, application/json\r\n", "json")]
    [InlineData("Accept: text/html;q=0.5\r\nAccept: application/*;q=0.9\r\n", "json")]
    [InlineData("Accept: text/*;level=1;q=0.1, */*;q=0.2\r\n", "json")]
    [InlineData("Accept: text/html;q=0, */*\r\n", "json")]
    [InlineData("Accept: image/png\r\n", "html")]
    [InlineData("Accept: text/html;q=nonsense, application/json;q=0.001\r\n", "json")]
    [InlineData("Accept: ;;,,q=1,/\r\n", "html")]
    public async Task TwoPages_ForAStatus_AreChosenByAccept(string accept, string expected)
    {
        HttpResponse response = await FailAsync($"{Get}{accept}\r\n", Pages.On(502, Pages.Html("html")), Pages.On(502, Pages.Json("json")));

        Assert.Equal(expected, response.Text);
    }

    [Fact]
    public async Task Values_OfClients_BecomeNoPartOfThePage()
    {
        const string request = "GET /%3Cscript%3E HTTP/1.1\r\nHost: a.test\r\nX-A: <script>\"'\\&\r\n";
        ErrorPagePlan html = Pages.On(502, Pages.Html("<p title='{header.x-a}'>{header.x-a}</p>"));
        ErrorPagePlan json = Pages.On(502, Pages.Json("{\"a\":\"{header.x-a}\"}"));

        HttpResponse page = await FailAsync(request + "\r\n", html, json);
        HttpResponse value = await FailAsync(request + "Accept: application/json\r\n\r\n", html, json);

        Assert.Equal("<p title='&lt;script&gt;&quot;&#39;\\&amp;'>&lt;script&gt;&quot;&#39;\\&amp;</p>", page.Text);
        Assert.Equal("{\"a\":\"\\u003Cscript\\u003E\\\"\\u0027\\\\\\u0026\"}", value.Text);
    }

    [Theory]
    [InlineData("fixed")]
    [InlineData("{status}!!")]
    public async Task Head_GetsTheLengthOnly(string text)
    {
        using var dead = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(Pages.SetupWith(Pages.On(502, Pages.Text(text))), new Transcript(), dead.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        HttpResponse head = await client.ExchangeAsync("HEAD /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
        HttpResponse next = await client.ExchangeAsync(Get + "\r\n");

        Assert.Equal((502, "5"), (head.Status, head["Content-Length"]));
        Assert.Equal((502, 5), (next.Status, next.Content.Length));
    }

    [Fact]
    public async Task LargePage_IsSentWhole()
    {
        string text = new('x', 1_000_000);

        Assert.Equal(text, (await FailAsync(Get + "\r\n", Pages.On(502, Pages.Text(text)))).Text);
    }

    [Fact]
    public async Task PageThatVariablesMakeTooLarge_GivesWayToPlainWords()
    {
        string text = string.Concat(Enumerable.Repeat("{header.x-a}", 40));
        string request = $"{Get}X-A: {new string('x', 4_000)}\r\n\r\n";

        Assert.Equal("502 Bad Gateway\n", (await FailAsync(request, Pages.On(502, Pages.Text(text)))).Text);
    }

    [Fact]
    public async Task Page_OfDefaults_HoldsWithoutARoute()
    {
        await using SluiceServer server = SluiceServer.Start(DefaultsPlan(), new SluiceServerOptions { Workers = 1 });
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(server.EndPoints[0], new Transcript());

        HttpResponse missing = await client.ExchangeAsync(Get + "\r\n");
        HttpResponse nul = await client.ExchangeAsync("GET /%00 HTTP/1.1\r\nHost: a.test\r\n\r\n");
        HttpResponse bad = await client.ExchangeAsync("GET /a b HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal((404, "404 no_route a.test /a"), (missing.Status, missing.Text));
        Assert.Equal((400, "400 path_encoded_nul a.test /%00"), (nul.Status, nul.Text));
        Assert.Equal((400, "400 bad_request  ", "close"), (bad.Status, bad.Text, bad["Connection"]));
    }

    [Fact]
    public async Task Refusals_KeepTheirHeaders()
    {
        ProxySetup setup = new() { Route = route => route with { Methods = ["GET"], ErrorPages = [Pages.On(405, Pages.Text("no {method}"))] } };
        await using Story story = Story.Begin(setup);
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync("DELETE / HTTP/1.1\r\nHost: a.test\r\n\r\n");

        Assert.Equal((405, "GET, HEAD", "no DELETE"), (response.Status, response["Allow"], response.Text));
    }

    [Fact]
    public async Task Maintenance_WithoutAPageOfItsOwn_GetsTheErrorPage()
    {
        ProxySetup setup = new() { Route = route => route with { Maintenance = new MaintenancePlan(), ErrorPages = [Pages.OnClass(5, Pages.Text("{error}"))] } };
        await using Story story = Story.Begin(setup);

        HttpResponse response = await (await story.ConnectAsync()).ExchangeAsync(Story.Get);

        Assert.Equal((503, "no-store", "maintenance"), (response.Status, response["Cache-Control"], response.Text));
    }

    private static ProxyPlan DefaultsPlan() => new()
    {
        Listeners = [new ListenerPlan(new IPEndPoint(IPAddress.Loopback, 0), "a")],
        Routes = [],
        Upstreams = [],
        AccessLog = false,
        ErrorPages = [Pages.OnClass(4, Pages.Text("{status} {error} {host} {path}"))],
    };

    private static async Task<HttpResponse> FailAsync(string request, params ErrorPagePlan[] pages)
    {
        using var dead = new DeadServer();
        await using ProxyFixture proxy = ProxyFixture.Start(Pages.SetupWith(pages), new Transcript(), dead.Plan);
        return await (await proxy.ConnectAsync()).ExchangeAsync(request);
    }
}
