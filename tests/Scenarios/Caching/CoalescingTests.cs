using Sluice.Proxy.Caching;
using Sluice.Proxy.Plans;
using Sluice.Proxy.Plans.Caching;

namespace Sluice.Scenarios.Caching;

/// <summary>What many want at once is fetched once.</summary>
public sealed class CoalescingTests
{
    private const string Fresh = "Cache-Control: max-age=60\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ManyMissesOfOneKey_MakeOneRequest(int workers)
    {
        const int Clients = 1000;
        await using Story story = CacheStage.Begin(workers: workers);
        ScriptedClient[] clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => story.ConnectAsync($"client {i}")));
        await Task.WhenAll(clients.Select(client => client.SendAsync(CacheStage.Get())));
        ScriptedServerConnection server = await story.AcceptAsync();
        await server.ReadHeadAsync();
        await story.WaitForRequestsAsync(Clients);
        await server.SendAsync(CacheStage.Response(Fresh));
        HttpResponse[] responses = await Task.WhenAll(clients.Select(client => client.ReadResponseAsync()));

        await story.Proxy.SettleAsync();
        Assert.All(responses, response => Assert.Equal((200, "hello"), (response.Status, response.Text)));
        Assert.Equal(1, story.Upstream.AcceptedCount);
        Assert.Equal(1, story.Proxy.Server.CachedOf(CacheOutcome.Miss));
        Assert.Equal(Clients - 1, story.Proxy.Server.CachedOf(CacheOutcome.Coalesced) + story.Proxy.Server.CachedOf(CacheOutcome.Hit));
        Assert.Contains(responses, response => response["Cache-Status"]!.StartsWith("sluice; fwd=uri-miss; fwd-status=200; stored; collapsed; ttl=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Followers_StreamAlongFromTheFirstByte(int workers)
    {
        await using Story story = CacheStage.Begin(workers: workers);
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n{Fresh}\r\nfirst");
        await leader.ReadHeadAsync();
        await leader.ExpectAsync("first");
        ScriptedClient[] followers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => story.ConnectAsync($"follower {i}")));
        foreach (ScriptedClient follower in followers)
        {
            await follower.SendAsync(CacheStage.Get());
            Assert.Equal("10", (await follower.ReadHeadAsync())["Content-Length"]);
            await follower.ExpectAsync("first");
        }

        await server.SendAsync("-then");
        await leader.ExpectAsync("-then");
        await Task.WhenAll(followers.Select(follower => follower.ExpectAsync("-then")));
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task LeaderThatGoesAway_TakesNothingFromOthers()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        await story.WaitForRequestsAsync(2);
        leader.Reset();
        Assert.Equal("client_gone", (await story.LogLineAsync(entry => entry.Error is not null)).Error);
        await server.SendAsync(CacheStage.Response(Fresh));

        Assert.Equal("hello", (await follower.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task LeaderThatStalls_HoldsNobodyUp()
    {
        const int Length = 4 * 1024 * 1024;
        await using Story story = CacheStage.Begin();
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get(), receiveBufferBytes: 4096);
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        byte[] content = new byte[Length];
        Random.Shared.NextBytes(content);
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Length}\r\n{Fresh}\r\n");
        Task sending = server.SendAsync(content);
        HttpResponse got = await follower.ReadResponseAsync();
        await sending;

        Assert.Equal(content, got.Content);
        Assert.Equal(content, (await leader.ReadResponseAsync()).Content);
    }

    [Fact]
    public async Task FillWithoutAnybody_GoesOn_AndIsStored()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n{Fresh}\r\nfirst");
        await client.ReadHeadAsync();
        client.Reset();
        await story.LogLineAsync();
        await server.SendAsync("-then");

        HttpResponse second = await (await story.ConnectAsync("second")).ExchangeAsync(CacheStage.Get());
        Assert.Equal("first-then", second.Text);
        Assert.Equal(1, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task FillWithoutAnybody_IsBrokenOff_WhereThatIsWanted()
    {
        await using Story story = CacheStage.Begin(new CachePlan { FinishesFills = false, CoalesceTimeoutMs = 60_000 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n{Fresh}\r\nfirst");
        await client.ReadHeadAsync();
        client.Reset();

        await server.ExpectGoneAsync();
    }

    [Fact]
    public async Task ResponseNotToBeStored_IsForItsLeaderAlone()
    {
        await using Story story = CacheStage.Begin();
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        await story.WaitForRequestsAsync(2);
        await server.SendAsync(CacheStage.Response("Cache-Control: private\r\nX-For: leader\r\n", "secret"));
        HttpResponse first = await leader.ReadResponseAsync();
        Assert.Equal(("secret", "leader"), (first.Text, first["X-For"]));
        Assert.Equal("sluice; fwd=uri-miss; fwd-status=200", first["Cache-Status"]);

        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response("Cache-Control: private\r\n", "other"));
        Assert.Equal("other", (await follower.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task LeaderWhoseFetchFails_GetsTheError_AndAnotherTries()
    {
        await using Story story = Story.Begin(CacheStage.SetupOf() with { Upstream = upstream => upstream with { Retries = new RetryPlan { AttemptsMax = 1 } } });
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        await story.WaitForRequestsAsync(2);
        server.Reset();
        Assert.Equal(502, (await leader.ReadResponseAsync()).Status);

        await (await story.AcceptAsync()).ServeAsync("well");
        Assert.Equal("well", (await follower.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Followers_DoNotWaitForEver()
    {
        await using Story story = CacheStage.Begin(new CachePlan { CoalesceTimeoutMs = 100 });
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        ScriptedServerConnection own = await story.AcceptAsync();
        await own.ServeAsync("own");
        Assert.Equal("own", (await follower.ReadResponseAsync()).Text);

        await server.SendAsync(CacheStage.Response(Fresh));
        Assert.Equal("hello", (await leader.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task ContentThatBecomesTooLarge_ReachesAllWhoReadAlong_AndIsNotStored()
    {
        const int Length = 3 * 1024 * 1024;
        ProxySetup setup = CacheStage.SetupOf();
        await using Story story = Story.Begin(setup with { Cache = new CacheStorePlan { MemoryObjectBytesMax = 1024 * 1024 } });
        (ScriptedClient leader, ScriptedServerConnection server) = await story.OpenAsync(CacheStage.Get());
        await server.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{Fresh}\r\n5\r\nfirst\r\n");
        await leader.ReadHeadAsync();
        await leader.ExpectAsync("5\r\nfirst\r\n");
        ScriptedClient follower = await story.ConnectAsync("follower");
        await follower.SendAsync(CacheStage.Get());
        await follower.ReadHeadAsync();
        await follower.ExpectAsync("5\r\nfirst\r\n");
        byte[] content = new byte[Length];
        Random.Shared.NextBytes(content);
        Task<byte[]> first = ReadChunksAsync(leader, Length);
        Task<byte[]> second = ReadChunksAsync(follower, Length);
        await server.SendAsync($"{Length:x}\r\n");
        await server.SendAsync(content);
        await server.SendAsync("\r\n0\r\n\r\n");

        Assert.Equal(content, await first);
        Assert.Equal(content, await second);

        // What was handed on is taken behind its last byte, and only then the server's connection is free.
        await story.Proxy.SettleAsync();
        await leader.SendAsync(CacheStage.Get());
        await server.ReadHeadAsync();
        await server.SendAsync(CacheStage.Response(Fresh, "small"));
        Assert.Equal("small", (await leader.ReadResponseAsync()).Text);
    }

    private static async Task<byte[]> ReadChunksAsync(ScriptedClient client, int length)
    {
        using var content = new MemoryStream();
        while (true)
        {
            string size = await client.ReadThroughAsync("\r\n");
            int count = Convert.ToInt32(size.TrimEnd(), 16);
            content.Write(await client.ReadExactlyAsync(count));
            await client.ExpectAsync("\r\n");
            if (count == 0)
            {
                Assert.Equal(length, content.Length);
                return content.ToArray();
            }
        }
    }
}
