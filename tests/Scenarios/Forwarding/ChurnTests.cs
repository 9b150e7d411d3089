using Sluice.Proxy.Plans;

namespace Sluice.Scenarios.Forwarding;

/// <summary>
/// Clients and servers that break off at random moments, for a while: everybody else is served, and nothing is left behind.
/// </summary>
public sealed class ChurnTests
{
    private const int ClientCount = 24;
    private const int ExchangesEach = 60;

    [Trait("Case", "U-60")]
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 4)]
    public async Task RandomBreaks_OnBothSides_LeaveNothingBehind(int workers, int connectionsMax)
    {
        await using var origin = new FlakyOrigin();
        await using RecordingUpstream canaryOrigin = RecordingUpstream.Start("canary");
        var canaryPlan = new UpstreamPlan { Name = "canary", Servers = [canaryOrigin.Plan] };
        var setup = new ProxySetup
        {
            Workers = workers,
            Pool = new PoolLimits { ConnectionsMax = connectionsMax },
            Limits = new ProxyLimits { FirstByteTimeoutMs = 10_000, UpstreamIdleTimeoutMs = 10_000, SendTimeoutMs = 10_000, DrainTimeoutMs = 300 },
            Routes =
            [
                new RoutePlan { Name = "canary", Paths = [new PathMatch("/canary", false)], Action = new ProxyAction(canaryPlan) },
            ],
            OtherUpstreams = [canaryPlan],
        };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), origin.Plan);
        await using (Canary canary = Canary.Start(proxy.EndPoint))
        {
            await Task.WhenAll(Enumerable.Range(0, ClientCount).Select(seed => RunClientAsync(proxy, seed)));
            await canary.ExpectAliveAsync();
            Assert.Empty(canary.Failures);
        }

        await proxy.ExpectConnectionsAsync(0);
        proxy.ExpectNoBugs();
    }

    // Whatever comes back must be an answer to what was asked: the content names the request.
    private static async Task RunClientAsync(ProxyFixture proxy, int seed)
    {
        var random = new Random(seed);
        ScriptedClient client = await ScriptedClient.ConnectAsync(proxy.EndPoint, new Transcript());
        for (int i = 0; i < ExchangesEach; i++)
        {
            string id = $"{seed}-{i}";
            bool goesOn = await ExchangeAsync(client, id, random);
            if (!goesOn)
            {
                await client.DisposeAsync();
                client = await ScriptedClient.ConnectAsync(proxy.EndPoint, new Transcript());
            }
        }

        await client.DisposeAsync();
    }

    private static async Task<bool> ExchangeAsync(ScriptedClient client, string id, Random random)
    {
        string content = new('c', random.Next(3) * random.Next(30_000));
        string chunks = content.Length == 0 ? "" : $"{content.Length:x}\r\n{content}\r\n";
        byte[] wire = Bytes.Of(random.Next(3) switch
        {
            0 => $"GET /{id} HTTP/1.1\r\nHost: a.test\r\n\r\n",
            1 => $"POST /{id} HTTP/1.1\r\nHost: a.test\r\nContent-Length: {content.Length}\r\n\r\n{content}",
            _ => $"PUT /{id} HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n",
        });
        bool breaksOff = random.Next(8) == 0;
        int sent = breaksOff ? random.Next(wire.Length) : wire.Length;
        bool taken = await client.TrySendAsync(wire.AsMemory(0, sent));
        if (breaksOff)
        {
            BreakOff(client, random);
            return false;
        }

        try
        {
            HttpResponse head = await client.ReadHeadAsync();
            head = head.Status == 103 ? await client.ReadHeadAsync() : head;
            ContentReader answer = client.ContentOf(head);
            if (random.Next(10) == 0)
            {
                // Gone while the response is on its way.
                BreakOff(client, random);
                return false;
            }

            string text = Bytes.Text(await answer.ReadRestAsync());
            bool isOwn = text.Length > 0 && text.Replace(id + ";", "", StringComparison.Ordinal).Length == 0;
            Assert.True(head.Status is 502 or 503 or 504 || isOwn, $"{id} was answered with {head}\n{text}");
            return taken && head["Connection"] != "close";
        }
        catch (ScriptException)
        {
            // The server broke off within its response, and the client can tell.
            return false;
        }
    }

    private static void BreakOff(ScriptedClient client, Random random)
    {
        if (random.Next(2) == 0)
        {
            client.Reset();
        }
        else
        {
            client.Close();
        }
    }
}
