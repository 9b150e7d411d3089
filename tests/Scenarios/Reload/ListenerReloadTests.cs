using System.Net;
using System.Net.Sockets;
using Sluice.Proxy;
using Sluice.Proxy.Plans;
using Sluice.TestKit.Tools;

namespace Sluice.Scenarios.Reload;

/// <summary>Addresses that come and go while others are served.</summary>
public sealed class ListenerReloadTests
{
    private static readonly ListenerPlan AnyPort = new(new IPEndPoint(IPAddress.Loopback, 0), "127.0.0.1:0");

    [Fact]
    public async Task Reload_ListenerAdded_IsAnsweredAndTheOldOneStays()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        EndPoint first = story.Proxy.EndPoint;

        ReloadResult result = story.Proxy.Server.Reload(WithListeners(story, PlanOf(story).Listeners[0], FreeAddress()));

        Assert.Single(result.Listeners.Added);
        Assert.Equal(first, story.Proxy.Server.EndPoints[0]);
        await using ScriptedClient other = await ScriptedClient.ConnectAsync(story.Proxy.Server.EndPoints[1], story.Transcript, "other");
        await other.SendAsync(Story.Get);
        await server.ServeAsync("by the new address");
        Assert.Equal("by the new address", (await other.ReadResponseAsync()).Text);
        await client.SendAsync(Story.Get);
        await server.ServeAsync("by the old one");
        Assert.Equal("by the old one", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Reload_ListenerRemoved_LetsRequestsEndAndClosesTheRest()
    {
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.OpenAsync();
        ScriptedClient idle = await story.ConnectAsync("idle");
        ListenerPlan fresh = FreeAddress();

        Task<ReloadResult> reload = Task.Run(() => story.Proxy.Server.Reload(WithListeners(story, fresh)));
        Assert.Single((await reload).Listeners.Removed);

        await Assert.ThrowsAnyAsync<SocketException>(() => story.ConnectAsync("late"));
        await idle.ExpectGoneAsync();
        await server.RespondAsync("finished");
        HttpResponse response = await client.ReadResponseAsync();
        Assert.Equal(("finished", "close"), (response.Text, response["Connection"]));
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task Reload_AddressInUse_ChangesNothing()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using Story story = Story.Begin();
        (ScriptedClient client, ScriptedServerConnection server) = await story.WarmUpAsync();
        ProxyPlan before = story.Proxy.Server.Plan;
        ListenerPlan free = FreeAddress();
        var taken = new ListenerPlan(other.LocalEndpoint, other.LocalEndpoint.ToString()!);

        ListenException refused = Assert.Throws<ListenException>(() => story.Proxy.Server.Reload(WithListeners(story, free, taken)));

        Assert.Contains(taken.Text, refused.Message, StringComparison.Ordinal);
        Assert.Same(before, story.Proxy.Server.Plan);
        await Assert.ThrowsAnyAsync<SocketException>(() => ScriptedClient.ConnectAsync(free.EndPoint, story.Transcript, "too early"));
        await client.SendAsync(Story.Get);
        await server.ServeAsync("still here");
        Assert.Equal("still here", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Reload_FromEveryAddressToOne_AtTheSamePort_IsAnswered()
    {
        await using Story story = Story.Begin();
        ListenerPlan free = FreeAddress();
        int port = ((IPEndPoint)free.EndPoint).Port;
        var every = new ListenerPlan(new IPEndPoint(IPAddress.IPv6Any, port), $":{port}");
        story.Proxy.Server.Reload(WithListeners(story, every));

        ReloadResult result = story.Proxy.Server.Reload(WithListeners(story, free));

        Assert.Equal([every.Text], result.Listeners.Removed);
        await using ScriptedClient client = await ScriptedClient.ConnectAsync(free.EndPoint, story.Transcript, "client");
        await client.SendAsync(Story.Get);
        await (await story.AcceptAsync()).ServeAsync("one address");
        Assert.Equal("one address", (await client.ReadResponseAsync()).Text);
    }

    [Fact]
    public async Task Reload_ListenersAtPortZero_KeepThePortsThatTheyHave()
    {
        await using Story story = Story.Begin();
        story.Proxy.Server.Reload(WithListeners(story, AnyPort, AnyPort));
        EndPoint[] before = [.. story.Proxy.Server.EndPoints];

        story.Proxy.Server.Reload(WithListeners(story, AnyPort));
        Assert.Equal(before[..1], story.Proxy.Server.EndPoints);

        await story.ConnectAsync();
        Assert.NotEqual(before[0], before[1]);
    }

    [Fact]
    public async Task Reload_UnixSocketAddedAndRemoved_ItsFileComesAndGoes()
    {
        string path = Path.Combine(Path.GetTempPath(), $"sluice-reload-{Guid.NewGuid():N}.sock");
        await using Story story = Story.Begin();
        var unix = new ListenerPlan(new UnixDomainSocketEndPoint(path), "unix:" + path);

        story.Proxy.Server.Reload(WithListeners(story, PlanOf(story).Listeners[0], unix));
        Assert.True(File.Exists(path));
        story.Proxy.Server.Reload(PlanOf(story));

        Assert.False(File.Exists(path));
    }

    private static ProxyPlan PlanOf(Story story) => new ProxySetup().ToPlan([story.Upstream.Plan]);

    private static ProxyPlan WithListeners(Story story, params ListenerPlan[] listeners) => PlanOf(story) with { Listeners = [.. listeners] };

    private static ListenerPlan FreeAddress()
    {
        var address = new IPEndPoint(IPAddress.Loopback, FreePort.Find());
        return new ListenerPlan(address, address.ToString());
    }
}
