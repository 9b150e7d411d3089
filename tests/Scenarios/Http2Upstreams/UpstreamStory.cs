using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2Upstreams;

/// <summary>A story whose upstream speaks HTTP/2 with prior knowledge; its clients speak either version.</summary>
internal sealed class UpstreamStory : IAsyncDisposable
{
    private UpstreamStory(ProxySetup setup)
    {
        Origin = Http2Origin.Start(Transcript);
        Proxy = ProxyFixture.Start(setup with { Http2 = Http2Mode.PriorKnowledge, UpstreamHttp2 = Http2Mode.PriorKnowledge }, Transcript, Origin.Plan);
    }

    /// <summary>What all sides did.</summary>
    internal Transcript Transcript { get; } = new();

    /// <summary>The upstream.</summary>
    internal Http2Origin Origin { get; }

    /// <summary>The proxy.</summary>
    internal ProxyFixture Proxy { get; }

    /// <summary>Starts the upstream and the proxy, which takes both versions from its clients.</summary>
    internal static UpstreamStory Begin(ProxySetup? setup = null) => new(setup ?? new ProxySetup());

    /// <summary>The same with these limits.</summary>
    internal static UpstreamStory Begin(ProxyLimits limits) => Begin(new ProxySetup { Limits = limits });

    /// <summary>The same with these connections.</summary>
    internal static UpstreamStory Begin(PoolLimits pool) => Begin(new ProxySetup { Pool = pool });

    /// <summary>Connects a client of HTTP/1.1.</summary>
    internal Task<ScriptedClient> ConnectAsync(string name = "client") => Proxy.ConnectAsync(name);

    /// <summary>Connects a client of HTTP/2.</summary>
    internal Task<Http2Peer> ConnectHttp2Async(string name = "client") => Proxy.ConnectHttp2Async(new Http2PeerOptions { Name = name });

    /// <summary>Sends a request over a fresh client connection, and accepts the proxy's connection for it, with the request's head read.</summary>
    internal async Task<(ScriptedClient Client, Http2OriginConnection Server, StreamRecord Request)> OpenAsync(
        string request = Story.Get, params (SettingKind Kind, uint Value)[] settings)
    {
        ScriptedClient client = await ConnectAsync();
        await client.SendAsync(request);
        Http2OriginConnection server = await Origin.AcceptAsync(settings);
        return (client, server, await server.ReadHeadAsync());
    }

    /// <summary>Does a whole exchange over fresh connections and leaves both open.</summary>
    internal async Task<(ScriptedClient Client, Http2OriginConnection Server)> WarmUpAsync(params (SettingKind Kind, uint Value)[] settings)
    {
        (ScriptedClient client, Http2OriginConnection server, StreamRecord request) = await OpenAsync(Story.Get, settings);
        await server.RespondAsync(request.Id, "warm");
        Assert.Equal("warm", (await client.ReadResponseAsync()).Text);
        return (client, server);
    }

    /// <summary>The access-log line of a path.</summary>
    internal async Task<AccessLogEntry> LogLineAsync(string path = "/") => (await Proxy.AccessLog.WaitForAsync(entry => entry.Path == path))[0];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Origin.DisposeAsync();
    }
}
