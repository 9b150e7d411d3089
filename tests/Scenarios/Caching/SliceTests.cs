using Sluice.Http.Addresses;
using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans.Caching;
using Sluice.Proxy.Plans.Matching;
using Sluice.TestKit.Http2;
using Sluice.TestKit.Time;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Caching;

/// <summary>Large content is fetched and stored in slices, of which only those are asked for that somebody wants.</summary>
public sealed class SliceTests : IDisposable
{
    private static readonly CachePlan Sliced = new() { SliceBytes = 1000, CoalesceTimeoutMs = 60_000 };

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2500, "0-999,1000-1999,2000-2499")]
    [InlineData(2000, "0-999,1000-1999")]
    [InlineData(1001, "0-999,1000-1000")]
    [InlineData(1000, "0-999")]
    [InlineData(10, "0-999")]
    public async Task Whole_ComesInSlices_AndFromTheCacheAfterwards(int bytes, string asked)
    {
        await using RangeServer server = RangeServer.Start(bytes);
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        HttpResponse first = await client.ExchangeAsync(CacheStage.Get("/", "Accept: */*\r\n"));
        HttpResponse second = await client.ExchangeAsync(CacheStage.Get());

        Assert.Equal((200, server.Content, null), (first.Status, first.Text, first["Content-Range"]));
        Assert.Equal((200, server.Content, null), (second.Status, second.Text, second["Content-Range"]));
        Assert.Equal(bytes.ToString(), second["Content-Length"]);
        Assert.Contains("; hit;", second["Cache-Status"], StringComparison.Ordinal);
        Assert.Equal(asked.Split(','), server.Asked);
    }

    [Fact]
    public async Task InterimResponse_BeforeAFurtherSlice_StaysOutOfTheContent()
    {
        await using RangeServer server = RangeServer.Start(2500);
        server.Interim = request => request["Range"] == "bytes=0-999" ? "" : "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n";
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        HttpResponse first = await client.ExchangeAsync(CacheStage.Get());

        Assert.Equal((200, server.Content), (first.Status, first.Text));
        Assert.Equal(server.Content, (await client.ExchangeAsync(CacheStage.Get())).Text);
    }

    [Theory]
    [InlineData("bytes=4200-4300", "0-999,4000-4999", 206)]
    [InlineData("bytes=1999-2000", "0-999,1000-1999,2000-2999", 206)]
    [InlineData("bytes=-10", "0-999,5000-5499", 206)]
    [InlineData("bytes=5490-", "0-999,5000-5499", 206)]
    [InlineData("bytes=0-0", "0-999", 206)]
    [InlineData("bytes=5500-", "0-999", 416)]
    public async Task Range_AsksForWhatItNeeds(string range, string asked, int status)
    {
        await using RangeServer server = RangeServer.Start(5500);
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        HttpResponse part = await client.ExchangeAsync(CacheStage.Get("/", $"Range: {range}\r\n"));

        Assert.Equal(status, part.Status);
        if (status == 206)
        {
            string[] ends = part["Content-Range"]!["bytes ".Length..].Split('-', '/');
            Assert.Equal(server.Content[int.Parse(ends[0])..(int.Parse(ends[1]) + 1)], part.Text);
            Assert.Equal("5500", ends[2]);
        }

        Assert.Equal(asked.Split(','), server.Asked);
    }

    [Fact]
    public async Task SeveralRanges_ComeTogether_AlsoBackwards()
    {
        await using RangeServer server = RangeServer.Start(5500);
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get("/", "Range: bytes=0-0\r\n"));
        HttpResponse parts = await client.ExchangeAsync(CacheStage.Get("/", "Range: bytes=4500-4509, 10-19, 2500-2509\r\n"));

        Assert.Equal(206, parts.Status);
        Assert.StartsWith("multipart/byteranges", parts["Content-Type"], StringComparison.Ordinal);
        Assert.All((int[])[4500, 10, 2500], start => Assert.Contains($"\r\n\r\n{server.Content[start..(start + 10)]}\r\n", parts.Text, StringComparison.Ordinal));
        Assert.Equal(["0-999", "4000-4999", "2000-2999"], server.Asked);
    }

    [Fact]
    public async Task Head_AndConditions_NeedTheFirstSliceAlone()
    {
        await using RangeServer server = RangeServer.Start(5500);
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.SendAsync("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        HttpResponse head = await client.ReadResponseAsync("HEAD");

        Assert.Equal((200, "5500", null), (head.Status, head["Content-Length"], head["Content-Range"]));
        Assert.Equal(304, (await client.ExchangeAsync(CacheStage.Get("/", "If-None-Match: \"a\"\r\n"))).Status);
        Assert.Equal((206, 10), await LengthAsync(client, "Range: bytes=0-9\r\nIf-Range: \"a\"\r\n"));
        Assert.Equal(["0-999"], server.Asked);
        Assert.Equal((200, 5500), await LengthAsync(client, "Range: bytes=0-9\r\nIf-Range: \"b\"\r\n"));
    }

    [Fact]
    public async Task Http2_GetsTheSame()
    {
        await using RangeServer server = RangeServer.Start(2500);
        await using ProxyFixture proxy = ProxyFixture.Start(
            CacheStage.SetupOf(Sliced) with { Http2 = Sluice.Proxy.Plans.Http2Mode.PriorKnowledge }, new Transcript(), server.Upstream.Plan);
        Http2Peer client = await proxy.ConnectHttp2Async();

        Assert.Equal(server.Content, (await client.GetAsync()).Text);
        Assert.Equal(server.Content, (await client.GetAsync()).Text);
        Assert.Equal(3, server.Upstream.RequestCount);
    }

    [Fact]
    public async Task ServerWithoutRanges_IsStoredWhole()
    {
        await using RangeServer server = RangeServer.Start(2500);
        server.KnowsRanges = false;
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal((200, 2500), await LengthAsync(client));
        Assert.Equal((200, 2500), await LengthAsync(client));
        Assert.Equal(["0-999"], server.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ETag: W/\"a\"\r\n")]
    [InlineData("Last-Modified: Sat, 01 Jan 2000 00:00:00 GMT\r\n")]
    public async Task ContentThatNothingHoldsTogether_IsAskedForAsAWhole(string validator)
    {
        await using RangeServer server = RangeServer.Start(2500);
        server.Validator = _ => validator;
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal((200, 2500), await LengthAsync(client));
        Assert.Equal((200, 2500), await LengthAsync(client));
        Assert.Equal(["0-999", "whole"], server.Asked);
    }

    [Fact]
    public async Task DateThatIsOldEnough_HoldsSlicesTogether()
    {
        await using RangeServer server = RangeServer.Start(2500);
        server.Validator = _ => $"Last-Modified: Sat, 01 Jan 2000 00:00:00 GMT\r\nDate: {DateTime.UtcNow:r}\r\n";
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal((200, 2500), await LengthAsync(client));
        Assert.Equal(["0-999", "1000-1999", "2000-2499"], server.Asked);
    }

    [Fact]
    public async Task EmptyContent_IsAskedForAsAWhole()
    {
        await using RangeServer server = RangeServer.Start(0);
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal((200, 0), await LengthAsync(client));
        Assert.Equal((200, 0), await LengthAsync(client));
        Assert.Equal(["0-999", "whole"], server.Asked);
    }

    [Fact]
    public async Task ContentThatMayNotBeStored_IsPassedOnWhole()
    {
        await using RangeServer server = RangeServer.Start(2500);
        server.Fields = "Cache-Control: private\r\n";
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();

        Assert.Equal((200, 2500), await LengthAsync(client));
        Assert.Equal((200, 2500), await LengthAsync(client));
        Assert.Equal((200, 2500), await LengthAsync(client, "Authorization: Basic eA==\r\n"));
        Assert.Equal(["0-999", "whole", "whole", "whole"], server.Asked);
    }

    // RFC 9111, section 3.4: what is put together has one strong validator.
    [Theory]
    [InlineData("ETag: \"b\"\r\n", 5500, true)]
    [InlineData("ETag: \"a\"\r\n", 5400, true)]
    [InlineData("", 5500, true)]
    [InlineData("ETag: \"b\"\r\n", 5500, false)]
    public async Task ContentThatChanges_BreaksTheResponseOff_AndTheNextOneIsNew(string validator, int bytes, bool knowsRanges)
    {
        await using RangeServer server = RangeServer.Start(5500);
        await using ProxyFixture proxy = Start(server);
        ScriptedClient first = await proxy.ConnectAsync();
        await first.ExchangeAsync(CacheStage.Get("/", "Range: bytes=0-0\r\n"));
        server.Content = new string('x', bytes);
        server.Validator = _ => validator;
        server.KnowsRanges = knowsRanges;
        await first.SendAsync(CacheStage.Get());
        HttpResponse head = await first.ReadHeadAsync();
        Assert.Equal("5500", head["Content-Length"]);
        Assert.StartsWith("0000000", Bytes.Text(await first.ReadExactlyAsync(1000)), StringComparison.Ordinal);
        await first.ExpectGoneAsync();

        ScriptedClient second = await proxy.ConnectAsync();
        Assert.Equal(new string('x', bytes), (await second.ExchangeAsync(CacheStage.Get())).Text);
    }

    [Fact]
    public async Task ContentThatChanges_BeforeItsRange_IsSeenByTheNext()
    {
        await using RangeServer server = RangeServer.Start(5500);
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get("/", "Range: bytes=0-0\r\n"));
        server.Validator = _ => "ETag: \"b\"\r\n";

        await client.SendAsync(CacheStage.Get("/", "Range: bytes=3000-3009\r\n"));
        await client.ReadHeadAsync();
        await client.ExpectGoneAsync();
        Assert.Equal((206, 10), await LengthAsync(await proxy.ConnectAsync(), "Range: bytes=3000-3009\r\n"));
        await proxy.AccessLog.WaitForAsync(entry => entry.Error == "slice_changed");
    }

    [Fact]
    [Trait("RFC9111", "4.3.2-6")]
    public async Task FirstSliceThatIsStillGood_KeepsTheOthers()
    {
        await using RangeServer server = RangeServer.Start(2500);
        server.Fields = "Cache-Control: max-age=60\r\nAge: 60\r\n";
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        Assert.Equal((200, 2500), await LengthAsync(client));
        server.Fields = "Cache-Control: max-age=600\r\n";
        Assert.Equal((200, 2500), await LengthAsync(client));
        Assert.Equal((200, 2500), await LengthAsync(client));

        Assert.Equal(["0-999", "1000-1999", "2000-2499", "0-999"], server.Asked);
        Assert.Equal("\"a\"", server.Upstream.Requests[3]["If-None-Match"]);
        Assert.False(server.Upstream.Requests[1].Has("If-None-Match"));
    }

    [Fact]
    public async Task ContentThatIsStoredWhole_IsAskedForAnewAsAWhole_AlsoBehind()
    {
        await using RangeServer server = RangeServer.Start(2500);
        server.Validator = _ => "";
        server.Fields = "Cache-Control: max-age=60, stale-while-revalidate=600\r\nAge: 60\r\n";
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        Assert.Equal((200, 2500), await LengthAsync(client));
        server.Content = new string('x', 2600);
        Assert.Equal((200, 2500), await LengthAsync(client));
        await Patience.UntilAsync(async () => await LengthAsync(client) == (200, 2600));

        Assert.Equal("0-999", server.Asked[0]);
        Assert.All(server.Asked.Skip(1), asked => Assert.Equal("whole", asked));
    }

    [Fact]
    public async Task SlicesThatCannotBeAnyMore_GiveWay_AlsoBehind()
    {
        await using RangeServer server = RangeServer.Start(2500);
        server.Fields = "Cache-Control: max-age=60, stale-while-revalidate=600\r\nAge: 60\r\n";
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        Assert.Equal((200, 2500), await LengthAsync(client));
        server.Content = new string('x', 2600);
        server.Validator = _ => "";

        await Patience.UntilAsync(async () => await LengthAsync(client) == (200, 2600));
    }

    [Fact]
    public async Task Slices_AreFetchedOnce_ForAllWhoWait()
    {
        await using RangeServer server = RangeServer.Start(9500);
        await using ProxyFixture proxy = ProxyFixture.Start(CacheStage.SetupOf(Sliced, workers: 2), new Transcript(), server.Upstream.Plan);
        var clients = new List<ScriptedClient>();
        for (int i = 0; i < 8; i++)
        {
            clients.Add(await proxy.ConnectAsync());
        }

        HttpResponse[] responses = await Task.WhenAll(clients.Select(client => client.ExchangeAsync(CacheStage.Get())));

        Assert.All(responses, response => Assert.Equal((200, server.Content), (response.Status, response.Text)));
        Assert.Equal(10, server.Asked.Distinct().Count());
        Assert.Equal(10, server.Upstream.RequestCount);
    }

    [Fact]
    public async Task Slices_OfOneWhoseResponsesAreNotStored_AreHandedOn()
    {
        var noStore = new HeaderCondition("X-No", new ValueTest(ValueTestKind.Present, []));
        await using RangeServer server = RangeServer.Start(2500);
        await using ProxyFixture proxy = Start(server, Sliced with { NoStore = noStore });
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get("/", "Range: bytes=0-0\r\n"));

        Assert.Equal(server.Content, (await client.ExchangeAsync(CacheStage.Get("/", "X-No: 1\r\n"))).Text);
        Assert.Equal(server.Content, (await client.ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal(["0-999", "1000-1999", "2000-2499", "1000-1999", "2000-2499"], server.Asked);
    }

    [Fact]
    public async Task Slices_OfVariants_AreToldApart_AndTheirServersGetWhatTellsThem()
    {
        await using RangeServer server = RangeServer.Start(2500);
        server.Fields += "Vary: X-Mode\r\n";
        server.Validator = request => $"ETag: \"{request["X-Mode"]}\"\r\n";
        await using ProxyFixture proxy = Start(server);
        ScriptedClient client = await proxy.ConnectAsync();
        foreach (string mode in (string[])["one", "two", "one", "two"])
        {
            HttpResponse response = await client.ExchangeAsync(CacheStage.Get("/", $"X-Mode: {mode}\r\n"));
            Assert.Equal((server.Content, $"\"{mode}\""), (response.Text, response["ETag"]));
        }

        // One more: the first time nobody could know that it varies.
        Assert.Equal(7, server.Upstream.RequestCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Purge_IsForAllSlices_WhichAreOneObject(bool byMethod)
    {
        Assert.True(IpRange.TryParse("127.0.0.0/8", out IpRange local));
        await using RangeServer server = RangeServer.Start(2500);
        await using ProxyFixture proxy = Start(server, Sliced with { PurgeClients = [local] });
        ScriptedClient client = await proxy.ConnectAsync();
        await client.ExchangeAsync(CacheStage.Get());
        if (byMethod)
        {
            Assert.Equal(200, (await client.ExchangeAsync("PURGE / HTTP/1.1\r\nHost: a.test\r\n\r\n")).Status);
        }
        else
        {
            Assert.Equal(1, proxy.Server.PurgeCache(new CachePurge(CachePurgeKind.Host, "a.test", IsSoft: false)));
        }

        Assert.Equal(0, proxy.Server.CacheTotals.Objects);
        Assert.Equal((200, 2500), await LengthAsync(client));
        Assert.Equal(6, server.Upstream.RequestCount);
    }

    [Fact]
    public async Task Slices_AreThereAfterARestart()
    {
        await using RangeServer server = RangeServer.Start(2500);
        ProxySetup setup = CacheStage.SetupOf(Sliced) with { Cache = new CacheStorePlan { Disk = new DiskCachePlan(_folder.Path) { FreeBytesMin = 0, UsesMin = 1 } } };
        await using (ProxyFixture before = ProxyFixture.Start(setup, new Transcript(), server.Upstream.Plan))
        {
            await LengthAsync(await before.ConnectAsync());
            DateTime deadline = DateTime.UtcNow + TimeSpan.FromSeconds(20);
            while (before.Server.CacheTotals.DiskObjects < 3)
            {
                Assert.True(DateTime.UtcNow < deadline, "It was not written.");
                await Task.Delay(10);
            }
        }

        await using ProxyFixture after = ProxyFixture.Start(setup, new Transcript(), server.Upstream.Plan);
        Assert.Equal(server.Content, (await (await after.ConnectAsync()).ExchangeAsync(CacheStage.Get())).Text);
        Assert.Equal(3, server.Upstream.RequestCount);
    }

    private static async Task<(int Status, int Length)> LengthAsync(ScriptedClient client, string fields = "")
    {
        HttpResponse response = await client.ExchangeAsync(CacheStage.Get("/", fields));
        return (response.Status, response.Text.Length);
    }

    private static ProxyFixture Start(RangeServer server, CachePlan? plan = null) =>
        ProxyFixture.Start(CacheStage.SetupOf(plan ?? Sliced), new Transcript(), server.Upstream.Plan);
}
