using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2;

/// <summary>Streams of a connection wait for each other: nobody is stuck for ever by that, and no client is blamed for it.</summary>
public sealed class WaitingTests
{
    private const int StreamWindow = 256 * 1024;
    private const string Stuck = "/stuck";

    [Fact]
    public async Task Upload_BesideSomeThatAreStuck_GoesOn()
    {
        using UnreachableServer unreachable = await UnreachableServer.StartAsync();
        await using Http2Story story = await Http2Story.BeginAsync(SetupWith(unreachable.Plan, new ProxyLimits { ConnectTimeoutMs = 60_000 }));
        await story.Client.RoundTripAsync();
        for (int i = 0; i < 3; i++)
        {
            await story.Client.SendRequestAsync("POST", Stuck, new byte[StreamWindow]);
        }

        byte[] content = new byte[2 << 20];
        new Random(1).NextBytes(content);
        Task<uint> sending = story.Client.SendRequestAsync("POST", content: content);
        ScriptedServerConnection server = await story.Upstream.AcceptAsync();
        HttpRequest request = await server.ServeAsync("taken");

        Assert.Equal("taken", (await story.Client.ReadResponseAsync(await sending)).Text);
        Assert.Equal(content, request.Content);
    }

    private static ProxySetup SetupWith(ServerPlan unreachable, ProxyLimits limits)
    {
        var upstream = new UpstreamPlan { Name = "unreachable", Servers = [unreachable] };
        var route = new RoutePlan { Name = "stuck", Paths = [new PathMatch(Stuck, IsPrefix: false)], Action = new ProxyAction(upstream) };
        return new ProxySetup { Limits = limits, Routes = [route], OtherUpstreams = [upstream] };
    }
}
