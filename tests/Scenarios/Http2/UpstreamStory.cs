using Sluice.Proxy.Plans;
using Sluice.TestKit.Http2;

namespace Sluice.Scenarios.Http2;

/// <summary>A story whose upstream speaks HTTP/2 with prior knowledge, or over TLS.</summary>
internal sealed class UpstreamStory : IAsyncDisposable
{
    private UpstreamStory(ProxySetup setup, Http2Origin origin, Transcript transcript)
    {
        Origin = origin;
        Proxy = ProxyFixture.Start(setup, transcript, origin.Plan);
    }

    /// <summary>The upstream.</summary>
    internal Http2Origin Origin { get; }

    /// <summary>The proxy.</summary>
    internal ProxyFixture Proxy { get; }

    /// <summary>Starts the upstream and the proxy, which takes both versions from its clients.</summary>
    internal static UpstreamStory Begin(ProxySetup? setup = null)
    {
        var transcript = new Transcript();
        ProxySetup whole = (setup ?? new ProxySetup()) with { Http2 = Http2Mode.PriorKnowledge, UpstreamHttp2 = Http2Mode.PriorKnowledge };
        return new UpstreamStory(whole, Http2Origin.Start(transcript), transcript);
    }

    /// <summary>Connects a client of HTTP/1.1.</summary>
    internal Task<ScriptedClient> ConnectAsync(string name = "client") => Proxy.ConnectAsync(name);

    /// <summary>Sends a request over a fresh client connection, and accepts the proxy's connection for it, with the request's head read.</summary>
    internal async Task<(ScriptedClient Client, Http2OriginConnection Server, StreamRecord Request)> OpenAsync(
        string request = Story.Get, params (SettingKind Kind, uint Value)[] settings)
    {
        ScriptedClient client = await ConnectAsync();
        await client.SendAsync(request);
        Http2OriginConnection server = await Origin.AcceptAsync(settings);
        return (client, server, await server.ReadHeadAsync());
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
