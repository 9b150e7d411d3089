using System.Net;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Time;

namespace Sluice.Scenarios.Limits;

/// <summary>Limits of clients, each with its status and its reason in the log.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task ClientConnections_AboveTheirLimit_AreRefusedUntilOneEnds()
    {
        await using RecordingUpstream upstream = RecordingUpstream.Start();
        // Two of two connections are pressure enough to end them with their requests.
        var setup = new ProxySetup { Limits = new ProxyLimits { ConnectionsMax = 2 }, Overload = null };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), upstream.Plan);
        ScriptedClient first = await proxy.ConnectAsync("first");
        ScriptedClient second = await proxy.ConnectAsync("second");
        Assert.Equal(200, (await first.ExchangeAsync(Story.Get)).Status);
        Assert.Equal(200, (await second.ExchangeAsync(Story.Get)).Status);

        ScriptedClient third = await proxy.ConnectAsync("third");
        byte[] refusal = await third.ReadToEndAsync();
        Assert.True(refusal.Length == 0 || Bytes.Text(refusal).StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal), Bytes.Show(refusal));
        Assert.Equal(200, (await first.ExchangeAsync(Story.Get)).Status);

        first.Close();
        Assert.Equal(200, await RetryUntilServedAsync(proxy));
    }

    [Trait("Case", "L-02")]
    [Fact]
    public async Task Connections_OfOneListenerAboveItsLimit_AreRefused_AndThoseOfAnotherAreNot()
    {
        const int Max = 10;
        await using RecordingUpstream upstream = RecordingUpstream.Start();
        ProxyPlan plan = new ProxySetup { Workers = 2 }.ToPlan([upstream.Plan]);
        var loopback = new IPEndPoint(IPAddress.Loopback, 0);
        plan = plan with { Listeners = [new ListenerPlan(loopback, "limited") { ConnectionsMax = Max }, new ListenerPlan(loopback, "other")] };
        await using ProxyFixture proxy = ProxyFixture.Start(plan, new Transcript(), workers: 2);
        ScriptedClient[] served = await Task.WhenAll(Enumerable.Range(0, Max).Select(i => proxy.ConnectAsync($"served {i}")));
        HttpResponse[] responses = await Task.WhenAll(served.Select(client => client.ExchangeAsync(Story.Get)));
        Assert.All(responses, response => Assert.Equal(200, response.Status));

        ScriptedClient[] others = await Task.WhenAll(Enumerable.Range(0, Max).Select(i => proxy.ConnectAsync($"refused {i}")));
        byte[][] refusals = await Task.WhenAll(others.Select(client => client.ReadToEndAsync()));

        Assert.All(refusals, refusal => Assert.StartsWith("HTTP/1.1 503 ", Bytes.Text(refusal), StringComparison.Ordinal));
        await proxy.Messages.WaitForAsync("too_many_connections_of_listener: a client connection was refused");
        await using ScriptedClient elsewhere = await ScriptedClient.ConnectAsync(proxy.Server.EndPoints[1], proxy.Transcript, "elsewhere");
        Assert.Equal(200, (await elsewhere.ExchangeAsync(Story.Get)).Status);
        Assert.Equal(200, (await served[0].ExchangeAsync(Story.Get)).Status);

        served[0].Close();
        Assert.Equal(200, await RetryUntilServedAsync(proxy));
    }

    [Trait("Case", "L-03")]
    [Fact]
    public async Task Connections_OfOneClientAboveItsLimit_AreRefusedUntilOneCloses()
    {
        await using RecordingUpstream upstream = RecordingUpstream.Start();
        var setup = new ProxySetup { Limits = new ProxyLimits { ConnectionsPerClientMax = 1 } };
        await using ProxyFixture proxy = ProxyFixture.Start(setup, new Transcript(), upstream.Plan);
        ScriptedClient first = await proxy.ConnectAsync("first");
        Assert.Equal(200, (await first.ExchangeAsync(Story.Get)).Status);

        ScriptedClient second = await proxy.ConnectAsync("second");
        byte[] refusal = await second.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 503 ", Bytes.Text(refusal), StringComparison.Ordinal);
        Assert.Equal(200, (await first.ExchangeAsync(Story.Get)).Status);

        first.Close();
        Assert.Equal(200, await RetryUntilServedAsync(proxy));
    }

    [Fact]
    public async Task Content_LargerThanAllowedByItsLength_Gets413()
    {
        await using Story story = Story.Begin(new ProxyLimits { RequestBodyBytesMax = 10 });
        ScriptedClient client = await story.ConnectAsync();

        HttpResponse response = await client.ExchangeAsync(Story.Post + "Content-Length: 11\r\n\r\nhello world");

        Assert.Equal((413, "close"), (response.Status, response["Connection"]));
        await client.ExpectGoneAsync();
        Assert.Equal("request_body_too_large", (await story.LogLineAsync()).Error);
        Assert.Equal(0, story.Upstream.AcceptedCount);
    }

    [Fact]
    public async Task ChunkedContent_LargerThanAllowed_Gets413AndIsNeverWhole()
    {
        await using Story story = Story.Begin(new ProxyLimits { RequestBodyBytesMax = 10 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            Story.Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        await client.SendAsync("6\r\n world\r\n0\r\n\r\n");

        Assert.Equal(413, (await client.ReadResponseAsync()).Status);
        Assert.DoesNotContain("0\r\n\r\n", Bytes.Text(await server.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_AsLargeAsAllowed_Passes()
    {
        await using Story story = Story.Begin(new ProxyLimits { RequestBodyBytesMax = 10 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(
            Story.Post + "Content-Length: 10\r\n\r\nhelloworld");
        await server.ExpectAsync("helloworld");
        await server.RespondAsync();

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Client_ThatTakesNothing_IsGivenUpAfterTheWriteTimeout()
    {
        await using Story story = Story.Begin(new ProxyLimits { MinDataRate = 0, ResponseWriteIdleTimeoutMs = 300 });
        (_, ScriptedServerConnection server) = await story.OpenAsync(receiveBufferBytes: 8 * 1024);
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
        Task sending = server.TrySendAsync(new byte[100_000_000]);

        AccessLogEntry line = await story.LogLineAsync();
        await sending;

        Assert.Equal((200, "response_write_timeout"), (line.Status, line.Error));
    }

    [Fact]
    public async Task Client_ThatTakesTooLittle_IsGivenUpAtTheMinimumRate()
    {
        await using Story story = Story.Begin(new ProxyLimits { MinDataRate = 100_000_000, MinDataRateGraceMs = 300 });
        (_, ScriptedServerConnection server) = await story.OpenAsync(receiveBufferBytes: 8 * 1024);
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
        Task sending = server.TrySendAsync(new byte[100_000_000]);

        AccessLogEntry line = await story.LogLineAsync();
        await sending;

        Assert.Equal((200, "response_too_slow"), (line.Status, line.Error));
    }

    [Fact]
    public async Task Client_ThatIsSlowYetAboveTheMinimumRate_GetsEverything()
    {
        const int size = 200_000;
        await using Story story = Story.Begin(new ProxyLimits { MinDataRate = 1_000, MinDataRateGraceMs = 200 });
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync(receiveBufferBytes: 4 * 1024);
        Task sending = server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n" + new string('x', size));
        ContentReader content = client.ContentOf(await client.ReadHeadAsync());
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!content.IsComplete)
        {
            await content.ReadSomeAsync(8 * 1024);
            await ticks.WaitForNextTickAsync();
        }

        await sending;
        Assert.Equal(size, content.BytesRead);
        Assert.Null((await story.LogLineAsync()).Error);
    }

    // The slot of a connection that ended is free a moment later.
    private static async Task<int> RetryUntilServedAsync(ProxyFixture proxy)
    {
        using var deadline = new CancellationTokenSource(Patience.PerStep);
        while (true)
        {
            await using ScriptedClient client = await proxy.ConnectAsync("fourth");
            await client.TrySendAsync(Bytes.Of(Story.Get));
            try
            {
                HttpResponse response = await client.ReadResponseAsync();
                if (response.Status == 200)
                {
                    return response.Status;
                }
            }
            catch (ScriptException) when (!deadline.IsCancellationRequested)
            {
                // Refused without an answer: once more.
            }

            deadline.Token.ThrowIfCancellationRequested();
        }
    }
}
