using System.Text.RegularExpressions;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Templates;

namespace Sluice.Scenarios.Splitting;

/// <summary>Requests are split between upstreams, and those that belong together stay together.</summary>
public sealed class SplitTests
{
    private static readonly StickyCookiePlan Cookie = new();

    [Fact]
    public async Task Split_ManyRequests_EachUpstreamGetsItsShare()
    {
        await using SplitStage stage = SplitStage.Begin(null, ("stable", 75), ("canary", 25));

        Dictionary<string, int> counts = await CountAsync(stage, 400);

        // Once in 10^12 runs it is outside.
        Assert.InRange(counts["canary"], 40, 165);
        Assert.Equal(400, counts["canary"] + counts["stable"]);
    }

    [Fact]
    public async Task Switch_ByWeights_TakesAllTrafficFromTheNextRequestOn()
    {
        await using SplitStage stage = SplitStage.Begin(null, ("stable", 100), ("canary", 0));
        Assert.Equal(20, (await CountAsync(stage, 20))["stable"]);

        stage.Split(null, ("stable", 0), ("canary", 100));

        Assert.Equal(20, (await CountAsync(stage, 20))["canary"]);
    }

    [Fact]
    public async Task Cookie_OfTheFirstResponse_KeepsTheClientAtItsUpstream()
    {
        await using SplitStage stage = SplitStage.Begin(Cookie, ("stable", 1), ("canary", 1));
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        HttpResponse first = await SplitStage.AskAsync(client);
        string cookie = CookieOf(first);

        for (int i = 0; i < 30; i++)
        {
            HttpResponse next = await SplitStage.AskAsync(client, $"Cookie: a=b; {cookie}; c=d\r\n");
            Assert.Equal(first.Text, next.Text);
            Assert.False(next.Has("Set-Cookie"));
        }
    }

    [Fact]
    public async Task Cookie_AsConfigured_HasItsAttributes()
    {
        var plan = new StickyCookiePlan { Name = "ab", Path = "/x", MaxAgeSeconds = 60, Secure = true, HttpOnly = false, SameSite = SameSitePolicy.None };
        await using SplitStage stage = SplitStage.Begin(plan, ("stable", 1), ("canary", 1));

        string? line = (await SplitStage.AskAsync(await stage.Proxy.ConnectAsync()))["Set-Cookie"];

        Assert.Matches("^ab=[0-9a-f]{32}; Path=/x; Max-Age=60; Secure; SameSite=None$", line);
    }

    [Fact]
    public async Task Cookie_ByDefault_IsForTheSessionAndNotForScripts()
    {
        await using SplitStage stage = SplitStage.Begin(Cookie, ("stable", 1), ("canary", 1));

        string? line = (await SplitStage.AskAsync(await stage.Proxy.ConnectAsync()))["Set-Cookie"];

        Assert.Matches("^sluice_split=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax$", line);
    }

    [Fact]
    public async Task Cookie_WeightsChanged_StaysWithItsUpstream()
    {
        await using SplitStage stage = SplitStage.Begin(Cookie, ("stable", 0), ("canary", 1));
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        string cookie = CookieOf(await SplitStage.AskAsync(client));

        stage.Split(Cookie, ("third", 5), ("stable", 1000), ("canary", 1));

        HttpResponse response = await SplitStage.AskAsync(client, $"Cookie: {cookie}\r\n");
        Assert.Equal("canary", response.Text);
        Assert.False(response.Has("Set-Cookie"));
    }

    [Fact]
    public async Task Cookie_OfAnUpstreamThatIsDrained_IsReplaced()
    {
        await using SplitStage stage = SplitStage.Begin(Cookie, ("stable", 0), ("canary", 1));
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        string cookie = CookieOf(await SplitStage.AskAsync(client));

        stage.Split(Cookie, ("stable", 1), ("canary", 0));

        await ExpectReplacedAsync(client, cookie);
    }

    [Fact]
    public async Task Cookie_OfAnUpstreamThatIsGone_IsReplaced()
    {
        await using SplitStage stage = SplitStage.Begin(Cookie, ("stable", 0), ("canary", 1));
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        string cookie = CookieOf(await SplitStage.AskAsync(client));

        stage.Split(Cookie, ("stable", 1), ("third", 0));

        await ExpectReplacedAsync(client, cookie);
    }

    [Theory]
    [InlineData("sluice_split=canary")]
    [InlineData("sluice_split=")]
    [InlineData("sluice_split=0000000000000000")]
    [InlineData("sluice_split=http://127.0.0.1:1/")]
    [InlineData("sluice_split=1; sluice_split=2; sluice_split=\"3\"")]
    [InlineData("sluice_split")]
    [InlineData("=; ;;= sluice_split=x;")]
    public async Task Cookie_Forged_LeadsNowhereElse(string cookie)
    {
        await using SplitStage stage = SplitStage.Begin(Cookie, ("stable", 1), ("canary", 0));

        await ExpectReplacedAsync(await stage.Proxy.ConnectAsync(), cookie);
    }

    [Fact]
    public async Task Cookie_Longer_IsNotOneThatBeginsAlike()
    {
        await using SplitStage stage = SplitStage.Begin(Cookie, ("stable", 1), ("canary", 0));
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        string cookie = CookieOf(await SplitStage.AskAsync(client));

        await ExpectReplacedAsync(client, cookie + "0");
        await ExpectReplacedAsync(client, cookie[..^1]);
    }

    [Theory]
    [InlineData(StickyKeySource.Header, "X-User", "x-user: {0}\r\n", "")]
    [InlineData(StickyKeySource.Cookie, "session", "Cookie: a=b; session={0}\r\n", "")]
    [InlineData(StickyKeySource.Query, "user", "", "?a=b&user={0}")]
    public async Task Key_OfTheRequest_DecidesTheSameWayEachTime(StickyKeySource source, string name, string fields, string query)
    {
        await using SplitStage stage = SplitStage.Begin(new StickyKeyPlan(source, name), ("stable", 1), ("canary", 1));
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        string[] firsts = await AskAllAsync(client, fields, query);

        Assert.Equal(firsts, await AskAllAsync(client, fields, query));
        Assert.Equal(["canary", "stable"], firsts.Distinct().Order());
    }

    [Fact]
    public async Task Key_ATextWithVariables_DecidesTheSameWayEachTime()
    {
        var key = StickyKeyPlan.Of(Template.Parse("{header.x-user} of {cookie.shop}", TemplateScope.Request));
        await using SplitStage stage = SplitStage.Begin(key, ("stable", 1), ("canary", 1));
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        string[] firsts = await AskAllAsync(client, "X-User: {0}\r\nCookie: a=b; shop=1\r\n", "");

        Assert.Equal(firsts, await AskAllAsync(client, "Cookie: shop=1\r\nx-user: {0}\r\n", "?a=b"));
        Assert.NotEqual(firsts, await AskAllAsync(client, "X-User: {0}\r\nCookie: shop=2\r\n", ""));
        Assert.Equal(["canary", "stable"], firsts.Distinct().Order());
    }

    [Fact]
    public async Task Key_ATextWithoutAValue_IsDrawnAtRandom()
    {
        var key = StickyKeyPlan.Of(Template.Parse("{header.x-user} of {cookie.shop}", TemplateScope.Request));
        await using SplitStage stage = SplitStage.Begin(key, ("stable", 1), ("canary", 1));

        // Both within 100 requests, but for one chance in 2^99.
        Assert.Equal(2, (await CountAsync(stage, 100)).Count(entry => entry.Value > 0));
    }

    [Fact]
    public async Task Key_WithoutAValue_IsDrawnAtRandom()
    {
        await using SplitStage stage = SplitStage.Begin(new StickyKeyPlan(StickyKeySource.Header, "X-User"), ("stable", 1), ("canary", 1));

        // Both within 100 requests, but for one chance in 2^99.
        Assert.Equal(2, (await CountAsync(stage, 100)).Count(entry => entry.Value > 0));
    }

    [Fact]
    public async Task Key_ClientAddress_KeepsAClientTogether()
    {
        await using SplitStage stage = SplitStage.Begin(new StickyKeyPlan(StickyKeySource.ClientAddress, ""), ("stable", 1), ("canary", 1));

        Assert.Contains(30, (await CountAsync(stage, 30)).Values);
    }

    [Fact]
    public async Task AccessLog_OfASplit_NamesTheUpstreamThatWasChosen()
    {
        await using SplitStage stage = SplitStage.Begin(null, ("stable", 0), ("canary", 1));
        await SplitStage.AskAsync(await stage.Proxy.ConnectAsync());

        AccessLogEntry entry = (await stage.Proxy.AccessLog.WaitForAsync(_ => true))[0];

        Assert.Equal("canary", entry.Text("upstream"));
    }

    private static string CookieOf(HttpResponse response) => Regex.Match(response["Set-Cookie"]!, "^[^;]+").Value;

    private static async Task ExpectReplacedAsync(ScriptedClient client, string cookie)
    {
        HttpResponse response = await SplitStage.AskAsync(client, $"Cookie: {cookie}\r\n");
        Assert.Equal("stable", response.Text);
        Assert.NotEqual(cookie, CookieOf(response));
    }

    private static async Task<string[]> AskAllAsync(ScriptedClient client, string fields, string query)
    {
        var names = new List<string>();
        for (int user = 0; user < 40; user++)
        {
            HttpResponse response = await SplitStage.AskAsync(client, string.Format(fields, user), string.Format(query, user));
            Assert.False(response.Has("Set-Cookie"));
            names.Add(response.Text);
        }

        return [.. names];
    }

    private static async Task<Dictionary<string, int>> CountAsync(SplitStage stage, int requests)
    {
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        var counts = new Dictionary<string, int> { ["stable"] = 0, ["canary"] = 0, ["third"] = 0 };
        for (int i = 0; i < requests; i++)
        {
            counts[(await SplitStage.AskAsync(client)).Text]++;
        }

        return counts;
    }
}
