using System.Globalization;

namespace Sluice.Scenarios.Samples;

/// <summary>What the samples of resilience say is what happens.</summary>
public sealed class ResilienceSampleTests
{
    private const string Busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task RetriesAndFailover_Sample_TriesServersThenTheOtherRegion()
    {
        var transcript = new Transcript();
        await using ScriptedUpstream one = ScriptedUpstream.Start(transcript, "one");
        await using ScriptedUpstream two = ScriptedUpstream.Start(transcript, "two");
        await using ScriptedUpstream us = ScriptedUpstream.Start(transcript, "us");
        await using SampleProxy sample = SampleProxy.Start(
            "retries-and-failover.yaml", [("per_try_timeout: 2s", "per_try_timeout: 1m"), ("request_timeout: 10s", "request_timeout: 5m")],
            (3001, one.Plan), (3002, two.Plan), (3003, us.Plan));
        ScriptedClient client = await sample.Proxy.ConnectAsync();
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
        ScriptedServerConnection first = await one.AcceptAsync();
        await first.ReadRequestAsync();
        await first.SendAsync(Busy);
        ScriptedServerConnection second = await two.AcceptAsync();
        await second.ReadRequestAsync();
        await second.SendAsync(Busy);

        // A third attempt goes to either of them again.
        Task<HttpRequest> third = await Task.WhenAny(first.ReadRequestAsync(), second.ReadRequestAsync());
        await third;
        await first.TrySendAsync(Bytes.Of(Busy));
        await second.TrySendAsync(Bytes.Of(Busy));
        await (await us.AcceptAsync()).ServeAsync("us");

        Assert.Equal("us", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task RetriesAndFailover_Sample_HasAPageWhenEverythingIsDown()
    {
        using var dead = new DeadServer();
        using var down = new DeadServer();
        using var gone = new DeadServer();
        await using SampleProxy sample = SampleProxy.Start("retries-and-failover.yaml", (3001, dead.Plan), (3002, down.Plan), (3003, gone.Plan));

        HttpResponse page = await sample.AskAsync("/a");
        HttpResponse order = await sample.AskAsync("/orders/1");

        Assert.Equal((503, "30", "Please come back in a minute."), (page.Status, page["Retry-After"], page.Text));
        Assert.Equal((502, null), (order.Status, order["Retry-After"]));
        AccessLogEntry line = (await sample.Proxy.AccessLog.WaitForAsync(entry => entry.Path == "/orders/1"))[0];
        Assert.Equal("1", line.Number("attempts").ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Hash_Sample_KeepsATenantsThingsAtOneServer()
    {
        await using RecordingUpstream one = RecordingUpstream.Start("one");
        await using RecordingUpstream two = RecordingUpstream.Start("two");
        await using RecordingUpstream three = RecordingUpstream.Start("three");
        await using SampleProxy sample = SampleProxy.Start("hash.yaml", (3001, one.Plan), (3002, two.Plan), (3003, three.Plan));
        ScriptedClient client = await sample.Proxy.ConnectAsync();
        var servers = new HashSet<string>();
        for (int i = 0; i < 20; i++)
        {
            servers.Add((await client.ExchangeAsync($"GET /orders/{i} HTTP/1.1\r\nHost: a.test\r\nX-Tenant: acme\r\n\r\n")).Text);
        }

        Assert.Single(servers);
    }

    [Fact]
    public async Task MaxInFlight_Sample_KeepsTheThirdWaiting()
    {
        await using SampleProxy sample = SampleProxy.Start("max-in-flight.yaml", [("queue_timeout: 2s", "queue_timeout: 1m")]);
        var servers = new List<ScriptedServerConnection>();
        var clients = new List<ScriptedClient>();
        foreach (string path in (string[])["/1", "/2", "/3", "/checkout/4"])
        {
            ScriptedClient client = await sample.Proxy.ConnectAsync(path);
            await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
            clients.Add(client);
            if (servers.Count < 2)
            {
                servers.Add(await sample.Upstream.AcceptAsync());
                await servers[^1].ReadRequestAsync();
            }
            else
            {
                await sample.Upstream.ExpectNoConnectionAsync(TimeSpan.FromMilliseconds(150));
            }
        }

        await servers[0].RespondAsync("one");
        Assert.Equal("/checkout/4", (await servers[0].ReadRequestAsync()).Target);
        await servers[0].RespondAsync("four");
        Assert.Equal("/3", (await servers[0].ReadRequestAsync()).Target);
        await servers[0].RespondAsync("three");
        await servers[1].RespondAsync("two");

        Assert.Equal("one", (await clients[0].ReadResponseAsync()).Text);
        Assert.Equal("two", (await clients[1].ReadResponseAsync()).Text);
        Assert.Equal("three", (await clients[2].ReadResponseAsync()).Text);
        Assert.Equal("four", (await clients[3].ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task AdaptiveConcurrency_Sample_HasOneWaitAndTurnsTheNextAway()
    {
        await using SampleProxy sample = SampleProxy.Start("adaptive-concurrency.yaml", [("queue_timeout: 2s", "queue_timeout: 1m")]);
        var servers = new List<ScriptedServerConnection>();
        var clients = new List<ScriptedClient>();
        foreach (string path in (string[])["/1", "/2", "/checkout/3"])
        {
            ScriptedClient client = await sample.Proxy.ConnectAsync(path);
            await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
            clients.Add(client);
            if (servers.Count < 2)
            {
                servers.Add(await sample.Upstream.AcceptAsync());
                await servers[^1].ReadRequestAsync();
            }
            else
            {
                await sample.Upstream.ExpectNoConnectionAsync(TimeSpan.FromMilliseconds(150));
            }
        }

        HttpResponse refused = await sample.AskAsync("/4");
        await servers[0].RespondAsync("one");
        Assert.Equal("/checkout/3", (await servers[0].ReadRequestAsync()).Target);
        await servers[0].RespondAsync("three");
        await servers[1].RespondAsync("two");

        Assert.Equal((503, "1"), (refused.Status, refused["Retry-After"]));
        Assert.Equal("three", (await clients[2].ReadResponseAsync()).Text);
    }
}
