using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Retries;
using Sluice.Scenarios.Health;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Http2.Hpack;

namespace Sluice.Scenarios.Retries;

/// <summary>Hedges where a second server is more than another address: HTTP/2, sessions, the cache, compression.</summary>
public sealed class HedgeInCompanyTests
{
    private static readonly RetryPlan Soon = RetryStage.On(RetryConditions.None) with { Hedge = new HedgePlan(20) };

    [Fact]
    public async Task LosingStream_OfAnHttp2Server_IsCanceledAndItsConnectionGoesOn()
    {
        await using var stage = new Http2Stage();
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        Http2OriginConnection one = await stage.One.AcceptAsync();
        StreamRecord first = await one.ReadHeadAsync();
        Http2OriginConnection two = await stage.Two.AcceptAsync();
        StreamRecord second = await two.ReadHeadAsync();
        await two.SendAsync(Frames.Headers(second.Id, FieldBlock.Response(200).ToArray(), end: false));
        await one.ExpectResetAsync(first.Id, ErrorCode.Cancel);

        // It answers all the same, on its way before it knew.
        await one.RespondAsync(first.Id, "late", trailers: [("x-late", "yes")]);
        await two.SendContentAsync(second.Id, Bytes.Of("two"), end: false);
        await two.SendAsync(Frames.Headers(second.Id, new FieldBlock().Add(("x-own", "yes")).ToArray()));
        Assert.Equal((200, "two"), (await client.ReadResponseAsync()) is { } response ? (response.Status, response.Text) : default);

        await client.SendAsync(Story.Get);
        Assert.NotNull(await one.ServeAsync("one"));
        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        Assert.Equal(1, stage.Retries.HedgesWon);
    }

    [Fact]
    public async Task SecondStream_OfAnHttp2Server_IsCanceledWhenTheFirstAnswers()
    {
        await using var stage = new Http2Stage();
        ScriptedClient client = await stage.Proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        Http2OriginConnection one = await stage.One.AcceptAsync();
        StreamRecord first = await one.ReadHeadAsync();
        Http2OriginConnection two = await stage.Two.AcceptAsync();
        StreamRecord second = await two.ReadHeadAsync();
        await one.RespondAsync(first.Id, "one");

        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        await two.ExpectResetAsync(second.Id, ErrorCode.Cancel);
        Assert.Equal((1L, 0L), (stage.Retries.CountOf(RetryReason.Hedge), stage.Retries.HedgesWon));
    }

    [Fact]
    public async Task RequestOfAnHttp2Client_IsHedged()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        Http2Peer client = await stage.Proxy.ConnectHttp2Async();
        uint stream = await client.SendHeadAsync(client.Request("GET"), end: true, "GET");
        ScriptedServerConnection one = await stage.One.AcceptAsync();
        await one.ReadRequestAsync();
        await (await stage.Two.AcceptAsync()).ServeAsync("two");

        Assert.Equal("two", (await client.ReadResponseAsync(stream)).Text);
        await one.ExpectGoneAsync();
    }

    [Fact]
    public async Task StreamOfAnHttp2Client_ThatIsReset_BreaksBothOff()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        Http2Peer client = await stage.Proxy.ConnectHttp2Async();
        uint stream = await client.SendHeadAsync(client.Request("GET"), end: true, "GET");
        ScriptedServerConnection one = await stage.One.AcceptAsync();
        await one.ReadRequestAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        await client.SendAsync(Frames.Reset(stream, ErrorCode.Cancel));

        await one.ExpectGoneAsync();
        await two.ExpectGoneAsync();
    }

    [Fact]
    public async Task RequestOfASession_StaysWithItsServer()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream one = ScriptedUpstream.Start(transcript, "one");
        await using ScriptedUpstream two = ScriptedUpstream.Start(transcript, "two");
        var setup = new ProxySetup
        {
            Balance = new BalancePlan(BalancePolicy.First),
            Upstream = upstream => upstream with { Session = new SessionPlan() },
            Route = route => route with { Retries = Soon },
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, transcript, one.Plan, two.Plan);
        ScriptedClient client = await proxy.ConnectAsync();

        // A new session begins with whoever answers, and its cookie names that server.
        await client.SendAsync(Story.Get);
        ScriptedServerConnection slow = await one.AcceptAsync();
        await slow.ReadRequestAsync();
        ScriptedServerConnection quick = await two.AcceptAsync();
        await quick.ServeAsync("two");
        HttpResponse response = await client.ReadResponseAsync();
        string cookie = response["Set-Cookie"]!.Split(';')[0];
        await slow.ExpectGoneAsync();

        // From then on it is the session's server, however long that takes.
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: a.test\r\nCookie: {cookie}\r\n\r\n");
        await quick.ReadRequestAsync();
        await one.ExpectNoConnectionAsync(RetryStage.AMoment);
        await quick.RespondAsync("two again");
        Assert.Equal("two again", (await client.ReadResponseAsync()).Text);
        Assert.Equal(1, proxy.Server.Retries[ProxySetup.UpstreamName].CountOf(RetryReason.Hedge));
    }

    [Fact]
    public async Task FetchOfTheCache_IsHedgedAndStored()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream one = ScriptedUpstream.Start(transcript, "one");
        await using ScriptedUpstream two = ScriptedUpstream.Start(transcript, "two");
        var setup = new ProxySetup
        {
            Balance = new BalancePlan(BalancePolicy.First),
            Route = route => route with { Retries = Soon, Cache = new CachePlan() },
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, transcript, one.Plan, two.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync(Story.Get);
        ScriptedServerConnection slow = await one.AcceptAsync();
        await slow.ReadRequestAsync();
        ScriptedServerConnection quick = await two.AcceptAsync();
        await quick.ReadRequestAsync();
        await quick.SendAsync("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 3\r\n\r\ntwo");
        Assert.Equal("two", (await client.ReadResponseAsync()).Text);
        await slow.ExpectGoneAsync();

        Assert.Equal("two", (await client.ExchangeAsync(Story.Get)).Text);
        IReadOnlyList<AccessLogEntry> lines = await proxy.AccessLog.WaitForAsync(_ => true, 2);
        Assert.Equal(("miss", "hit"), (lines[0].Text("cache"), lines[1].Text("cache")));
        await HealthStage.WaitUntilAsync(() => proxy.Server.Servers.All(server => server.ActiveRequests == 0), "the end of all tries");
    }

    [Fact]
    public async Task ServersWithALimitOfRequests_HaveTheirPlacesBack_WhicheverTryIsPassedOn()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream one = ScriptedUpstream.Start(transcript, "one");
        await using ScriptedUpstream two = ScriptedUpstream.Start(transcript, "two");
        var setup = new ProxySetup
        {
            Balance = new BalancePlan(BalancePolicy.First),
            Pool = new PoolLimits { InFlightMax = 1 },
            Route = route => route with { Retries = Soon },
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, transcript, one.Plan, two.Plan);
        ScriptedClient client = await proxy.ConnectAsync();
        ScriptedServerConnection? quick = null;
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync(Story.Get);
            ScriptedServerConnection slow = await one.AcceptAsync();
            await slow.ReadRequestAsync();
            quick ??= await two.AcceptAsync();
            await quick.ServeAsync("two");
            Assert.Equal("two", (await client.ReadResponseAsync()).Text);
            await slow.ExpectGoneAsync();
        }

        // A second try that is broken off gives its place back, too.
        await client.SendAsync(Story.Get);
        ScriptedServerConnection first = await one.AcceptAsync();
        await first.ReadRequestAsync();
        await quick!.ReadRequestAsync();
        await first.RespondAsync("one");
        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
        await quick.ExpectGoneAsync();
        await client.SendAsync(Story.Get);
        await first.ReadRequestAsync();
        await (await two.AcceptAsync()).ServeAsync("two");
        Assert.Equal("two", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task LargeContentOfTheSecond_ComesWhole()
    {
        await using RetryStage stage = RetryStage.Begin(Soon);
        (ScriptedClient client, ScriptedServerConnection one, _) = await stage.OpenAsync();
        ScriptedServerConnection two = await stage.Two.AcceptAsync();
        await two.ReadRequestAsync();
        byte[] content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        await two.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\n\r\n");
        Task sending = two.SendAsync(content);

        HttpResponse response = await client.ReadResponseAsync();
        await sending;
        Assert.True(response.Content.AsSpan().SequenceEqual(content), "another content");
        await one.ExpectGoneAsync();
    }

    private sealed class Http2Stage : IAsyncDisposable
    {
        internal Http2Stage()
        {
            var transcript = new Transcript();
            One = Http2Origin.Start(transcript);
            Two = Http2Origin.Start(transcript);
            var setup = new ProxySetup
            {
                Balance = new BalancePlan(BalancePolicy.First),
                UpstreamHttp2 = Http2Mode.PriorKnowledge,
                Route = route => route with { Retries = Soon },
            };
            Proxy = ProxyFixture.Start(setup, transcript, One.Plan, Two.Plan);
        }

        internal Http2Origin One { get; }

        internal Http2Origin Two { get; }

        internal ProxyFixture Proxy { get; }

        internal UpstreamRetries Retries => Proxy.Server.Retries[ProxySetup.UpstreamName];

        public async ValueTask DisposeAsync()
        {
            await Proxy.DisposeAsync();
            await One.DisposeAsync();
            await Two.DisposeAsync();
        }
    }
}
